// What a page does beyond showing itself: other numbers, solutions out of sight, and boxes that scroll by keyboard.
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

  // Solutions out of sight, for who wants to try first; the choice is kept for the next page.
  const KEPT = "proofset-solutions";
  const kept = () => {
    try {
      return localStorage.getItem(KEPT) === "hidden";
    } catch {
      return false; // some browsers keep nothing for pages that are opened from a file
    }
  };
  const foldSolutions = () => {
    const solutions = document.querySelectorAll("section.part > .solution");
    if (!solutions.length) return;
    const bar = document.createElement("div");
    const label = document.createElement("label");
    const box = document.createElement("input");
    bar.className = "solutions-switch";
    box.type = "checkbox";
    box.checked = kept();
    label.append(box, " Hide the solutions");
    bar.append(label);
    document.querySelector("section.part").before(bar);
    const reveals = [...solutions].map((solution) => {
      const reveal = document.createElement("button");
      reveal.type = "button";
      reveal.className = "reveal";
      const name = solution.parentElement.id;
      const show = (shown) => {
        solution.hidden = !shown;
        reveal.setAttribute("aria-expanded", String(shown));
        reveal.textContent = `${shown ? "Hide" : "Show"} the solution of (${name})`;
        markScrolling();
      };
      reveal.addEventListener("click", () => show(solution.hidden));
      solution.before(reveal);
      return { reveal, show };
    });
    const apply = () => {
      for (const { reveal, show } of reveals) {
        reveal.hidden = !box.checked;
        show(!box.checked);
      }
    };
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(KEPT, box.checked ? "hidden" : "shown");
      } catch {
        // as above
      }
      apply();
    });
    apply();
  };

  const start = () => {
    foldSolutions();
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
