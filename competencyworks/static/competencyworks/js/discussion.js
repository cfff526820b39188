/*
 * What makes commenting quicker where scripts run; without it everything works by pages.
 *
 * It fetches a form's token when somebody begins to write, so that a comment is posted in one step;
 * brings the form to the comment that is answered; finds a comment that stands on another page;
 * keeps the tokens that tell which addresses were proven on this device; and keeps what is being
 * written in this tab until it is posted, so that a reload loses no words.
 */
(() => {
  "use strict"
  const KEY = "competencyworks.devices"
  const POSTED = "competencyworks.posted"
  const WRITING = "competencyworks.writing"
  const MOST = 5

  function devices() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY))
      return Array.isArray(kept) ? kept.filter(each => typeof each == "string") : []
    } catch {
      return []
    }
  }

  function keep(token) {
    try {
      const kept = [token, ...devices().filter(each => each != token)].slice(0, MOST)
      localStorage.setItem(KEY, JSON.stringify(kept))
    } catch {
      // Storage is off: the next comment asks for a click in a mail again.
    }
  }

  // That this tab has just posted; whoever comes by a link later asks the server nothing.
  function remember(posted) {
    try {
      const before = sessionStorage.getItem(POSTED)
      posted ? sessionStorage.setItem(POSTED, posted) : sessionStorage.removeItem(POSTED)
      return before
    } catch {
      return null
    }
  }

  // The comment that is being written: { path, body, parent, sent }. It never leaves the tab.
  function draft(changes) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(WRITING)) ?? {}
      if (changes === null) sessionStorage.removeItem(WRITING)
      else if (changes) sessionStorage.setItem(WRITING, JSON.stringify({ ...kept, ...changes }))
      return kept
    } catch {
      return {}
    }
  }

  // It was stored if the answer to the form is the comment itself, or its writer's page.
  function forgetPosted() {
    const stored = /^#comment-\d+$/.test(location.hash) || document.querySelector("[data-mine]")
    if (draft().sent && stored) draft(null)
  }

  function keepWriting(form, open) {
    const field = form.elements
    const path = form.getAttribute("action")
    const write = sent => draft({ path, body: field.body.value, parent: field.parent.value, sent })
    const kept = draft()
    const here = kept.path == path && kept.body && !field.body.value
    if (field.body.value) write(false) // a form that came back
    else if (here && (open || kept.parent == field.parent.value)) {
      field.body.value = kept.body
      if (kept.parent && open) open(kept.parent)
    }
    form.addEventListener("input", () => (field.body.value ? write(false) : draft(null)))
    form.addEventListener("submit", event => write(event.submitter?.value == "post"))
  }

  // A comment that is public at once has no page of its own in between, so its writer finds the
  // way to it here.
  async function offer() {
    const comment = document.getElementById(location.hash.slice(1))
    const pk = /^#comment-(\d+)$/.exec(location.hash)?.[1]
    if (!comment || !pk || !remember("")) return
    const body = new URLSearchParams({ device: devices().join(" ") })
    const answer = await fetch(`/comments/${pk}/mine/`, { method: "POST", body }).catch(() => null)
    if (!answer?.ok) return
    const link = document.createElement("a")
    link.href = (await answer.json()).path
    link.textContent = "Edit or withdraw"
    comment.querySelector(".comment-acts").append(link)
  }

  function find() {
    const pk = /^#comment-(\d+)$/.exec(location.hash)?.[1]
    if (pk && !document.getElementById(`comment-${pk}`)) location.replace(`/comments/${pk}/`)
  }

  function prepare(form) {
    const field = form.elements
    const first = form.querySelector(".form-buttons button")
    let asked = false

    async function ask() {
      if (asked || field.token.value) return
      asked = true
      try {
        const answer = await fetch(`${form.getAttribute("action")}token/`)
        if (!answer.ok) return
        field.token.value = (await answer.json()).token
      } catch {
        asked = false // by way of the preview, then
        return
      }
      if (first.value == "post") return
      const post = first.cloneNode()
      post.value = "post"
      post.textContent = "Post comment"
      first.before(post, " ")
      first.classList.add("quiet")
      first.textContent = "Preview"
    }

    field.device.value = devices().join(" ")
    form.addEventListener("submit", () => remember(field.device.value ? "yes" : ""))
    form.addEventListener("focusin", ask)
    // A form that was sent and is shown again by the back button gets a token of its own.
    addEventListener("pageshow", event => {
      if (!event.persisted) return
      field.token.value = ""
      asked = false
      ask()
    })
  }

  function answers(form) {
    const place = form.closest("#write")
    const title = place?.querySelector("[data-title]")
    if (!title) return
    const words = title.textContent
    const home = document.createComment("the form's place")
    place.before(home)
    const cancel = document.createElement("button")
    cancel.type = "button"
    cancel.className = "button quiet"
    cancel.textContent = "Cancel reply"
    let from

    cancel.addEventListener("click", () => {
      home.after(place)
      place.classList.remove("here")
      title.textContent = words
      form.elements.parent.value = ""
      form.dispatchEvent(new Event("input"))
      cancel.remove()
      from.focus()
    })
    function open(link) {
      from = link
      link.closest(".comment").after(place)
      place.classList.add("here")
      title.textContent = link.textContent
      form.elements.parent.value = link.dataset.answer
      form.querySelector(".form-buttons").append(cancel)
      form.dispatchEvent(new Event("input"))
    }
    document.addEventListener("click", event => {
      const link = event.target.closest("a[data-answer]")
      if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      open(link)
      const empty = ["name", "email", "body"].find(name => !form.elements[name].value)
      form.elements[empty ?? "body"].focus()
    })
    return parent => {
      const link = document.querySelector(`a[data-answer="${CSS.escape(parent)}"]`)
      if (link) open(link)
    }
  }

  const proven = document.querySelector("[data-device]")
  if (proven) keep(proven.dataset.device)
  forgetPosted()
  for (const form of document.querySelectorAll("form[data-discussion]")) {
    prepare(form)
    keepWriting(form, answers(form))
  }
  if (document.querySelector(".comments")) {
    find()
    offer()
    addEventListener("hashchange", find)
  }
})()
