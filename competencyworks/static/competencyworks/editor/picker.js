/* Tells the editor's form, in whose frame this page stands, which picture was chosen. */
(() => {
  "use strict"
  const tell = message => window.parent.postMessage(message, location.origin)

  const chosen = document.getElementById("chosen")
  if (chosen) tell({ picture: JSON.parse(chosen.textContent) })

  document.addEventListener("click", event => {
    const button = event.target.closest("button[data-picture]")
    if (!button) return
    tell({ picture: JSON.parse(button.parentElement.querySelector("script").textContent) })
  })
  // The key that closes the dialog does not reach it from within the frame.
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") tell({ close: true })
  })
})()
