// Says on the page, in words, why a passkey was not used; allauth only writes to the console.
document.addEventListener("allauth.error", event => {
  event.preventDefault()
  const names = event.detail.exception && event.detail.exception.name
  let note = document.getElementById("passkey-problem")
  if (!note) {
    note = document.createElement("p")
    note.id = "passkey-problem"
    note.className = "errornote"
    note.setAttribute("role", "alert")
    document.getElementById("content").prepend(note)
  }
  note.textContent =
    names === "NotAllowedError" || names === "AbortError"
      ? "No passkey was used. Try again, or choose another way."
      : "This browser or device could not use a passkey here. Choose another way."
})
