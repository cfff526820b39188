// Says on the page of signing in that what was typed is kept in this tab (see kept_words.js).
"use strict";

(() => {
  const notice = document.querySelector("[data-signed-out]");
  const isKept = Object.keys(sessionStorage).some((key) => key.startsWith("cw-kept "));
  if (notice && isKept) {
    notice.textContent = "You were signed out. What you typed is kept in this tab, and the form offers it when you have signed in.";
  }
})();
