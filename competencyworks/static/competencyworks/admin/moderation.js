// Keys for the list of comments. They work while a row has the focus, and nowhere else, so that
// they get in nobody's way: https://www.w3.org/WAI/WCAG22/Understanding/character-key-shortcuts
"use strict"
addEventListener("DOMContentLoaded", () => {
  const rows = [...document.querySelectorAll("#result_list tbody tr")]
  if (!rows.length || !document.querySelector(".cw-keys")) return
  let place = 0
  const enter = to => {
    rows[place].tabIndex = -1
    place = Math.min(Math.max(to, 0), rows.length - 1)
    rows[place].tabIndex = 0
    rows[place].focus()
  }
  rows.forEach((row, index) => {
    row.tabIndex = index ? -1 : 0
    row.addEventListener("focusin", () => {
      rows[place].tabIndex = -1
      place = index
      row.tabIndex = 0
    })
  })
  document.querySelector("#result_list").addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== rows[place]) return
    const row = rows[place]
    if (event.key === "j") enter(place + 1)
    else if (event.key === "k") enter(place - 1)
    else if (event.key === "x") row.querySelector(".action-select").click()
    else if (event.key === "Enter") row.querySelector(".cw-open").click()
    else {
      const button = [...row.querySelectorAll("button[data-key]")].find(one => one.dataset.key === event.key)
      if (!button) return
      button.click()
    }
    event.preventDefault()
  })
  // After a decision the list is back: go on where the next comment stands.
  if (document.querySelector(".messagelist")) rows[0].focus()
})
