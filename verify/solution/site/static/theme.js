// Before anything is painted: the colour scheme that the reader chose, else that of the system.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Some browsers keep nothing for pages that are opened from a file.
  }
  document.body.dataset.theme = chosen || "auto";
  // Search shows an extract of each page found; a browser does not let a page from a file read another.
  if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
})();
