// What a page does beyond showing itself: other numbers, and boxes that scroll by keyboard.
(() => {
  "use strict";

  // Other numbers: without this script every variant is a fold of its own.
  const chooser = document.getElementById("numbers");
  const choose = (numbers) => {
    document.documentElement.dataset.numbers = numbers;
    for (const block of document.querySelectorAll("[data-numbers]")) {
      if (block === document.documentElement) continue;
      block.hidden = block.dataset.numbers !== numbers;
      if (block.tagName === "DETAILS") block.open = block.dataset.numbers === numbers;
    }
    markScrolling();
  };

  // Only a box whose content is wider than itself is a stop of the tabulator key.
  const markScrolling = () => {
    for (const box of document.querySelectorAll(".scrolls, .table-wrapper, .highlight pre, article :is(p, li, dd, .lead, figcaption)")) {
      const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
      if (scrolls && !box.hasAttribute("tabindex")) {
        box.tabIndex = 0;
        box.dataset.scrolling = "";
      } else if (!scrolls && "scrolling" in box.dataset) {
        box.removeAttribute("tabindex");
        delete box.dataset.scrolling;
      }
    }
  };

  const start = () => {
    if (chooser) {
      chooser.closest(".numbers-switch").hidden = false;
      chooser.addEventListener("change", () => choose(chooser.value));
      choose(chooser.value);
    }
    markScrolling();
    document.fonts?.ready.then(markScrolling);
  };

  addEventListener("resize", markScrolling);
  document.addEventListener("toggle", markScrolling, true);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
