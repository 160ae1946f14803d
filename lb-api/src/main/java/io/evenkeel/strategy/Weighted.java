package io.evenkeel.strategy;

/** The strategy behind {@link Strategy#weighted()}. */
final class Weighted implements Strategy {

    static final Weighted INSTANCE = new Weighted();

    private Weighted() {}

    @Override
    public String name() {
        return "weighted";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        if (candidates.equallyWeighted()) {
            return RoundRobin.INSTANCE.newPicker(candidates);
        }
        return new StridePicker(
                candidates.toArray(), Arcs.of(candidates), Cursor.after(candidates), candidates.random());
    }

    @Override
    public String toString() {
        return name();
    }
}
