package io.evenkeel.discovery;

/**
 * Someone who wants to know what a source knows.
 *
 * <p>Calls come one at a time and in order, on a thread of the source's choosing; they must not block.
 */
public interface CatalogListener {

    /**
     * The source has a new whole state.
     *
     * @param catalog everything it knows now
     */
    void onCatalog(Catalog catalog);

    /**
     * The source could not be read. What was published before still stands; the source keeps trying by itself.
     *
     * @param problem what went wrong
     */
    default void onFailure(DiscoveryException problem) {}
}
