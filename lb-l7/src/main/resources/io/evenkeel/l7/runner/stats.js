"use strict";
(() => {
  const live = document.body.dataset.live === "true";
  const filter = document.querySelector("input");
  filter.hidden = false;
  const show = () => {
    const words = filter.value.toLowerCase();
    document.querySelectorAll("section.proxy").forEach(one => {
      one.hidden = !one.textContent.toLowerCase().includes(words);
    });
  };
  filter.addEventListener("input", show);
  const update = async () => {
    try {
      const response = await fetch(location.href, {cache: "no-store"});
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      if (response.ok) {
        document.querySelector("main").replaceWith(fresh.querySelector("main"));
        show();
      }
      document.body.dataset.state = response.ok ? "live" : "lost";
    } catch (lost) {
      document.body.dataset.state = "lost";
    }
    document.querySelector("#state").textContent = document.body.dataset.state;
    setTimeout(update, 2000);
  };
  if (live) {
    document.body.dataset.state = "live";
    document.querySelector("#state").textContent = "live";
    setTimeout(update, 2000);
  }
})();
