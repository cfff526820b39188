/*
 * Footnotes in what is pasted: programs write a reference that leads to a note at the end, and the
 * note leads back. The note is put into an element of its own (<cw-note>) at the reference.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const NOTE_ROLES = /footnote|noteref|endnote|sdfootnoteanc|sdendnoteanc/i
  const COMMENTS = /^_?(msocom|cmnt|com_)/i
  const NOTE_BLOCKS = "p, li, dd, td, aside, div"

  const fragment = link => {
    const href = link.getAttribute("href") ?? ""
    try {
      return decodeURIComponent(href.slice(href.indexOf("#") + 1))
    } catch {
      return href.slice(href.indexOf("#") + 1)
    }
  }
  const named = (root, name) =>
    root.querySelector(`[id="${CSS.escape(name)}"], a[name="${CSS.escape(name)}"]`)

  /** What this link may be called in a link that leads back to it. */
  function namesOf(link) {
    const names = new Set([link.id, link.getAttribute("name")])
    for (let up = link.parentElement, steps = 0; up && steps < 3; up = up.parentElement, steps += 1) {
      names.add(up.id)
      if (up.matches(NOTE_BLOCKS)) break
    }
    for (const near of link.querySelectorAll("[id], [name]")) {
      names.add(near.id)
      names.add(near.getAttribute("name"))
    }
    names.delete("")
    names.delete(null)
    return names
  }

  /** The element of the note that `link` leads to, or null. */
  function noteOf(link, root) {
    const target = named(root, fragment(link))
    if (!target || target === link || target.contains(link)) return null
    if (!(link.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING)) return null
    const names = namesOf(link)
    const leadsBack = element => [...element.querySelectorAll("a[href*='#']")]
      .some(back => names.has(fragment(back)))
    const kind = `${link.className} ${link.getAttribute("role") ?? ""} ${link.getAttribute("style") ?? ""}`
    for (let block = target; block && block !== root; block = block.parentElement) {
      if (!block.matches(NOTE_BLOCKS) && block !== target) continue
      if (block.contains(link)) return null
      if (block.matches(NOTE_BLOCKS) && (leadsBack(block) || NOTE_ROLES.test(kind))) {
        return leadsBack(block) ? whole(block, names) : block
      }
      if (block.matches(NOTE_BLOCKS)) return null
    }
    return null
  }

  /** `block`, or the element around it that holds all paragraphs of this one note. */
  function whole(block, names) {
    const around = block.parentElement
    if (!around?.matches("div[id], li, aside")) return block
    const back = [...around.querySelectorAll("a[href*='#']")].filter(link => !names.has(fragment(link)))
    return back.some(link => /ftn|note|fn/i.test(fragment(link))) ? block : around
  }

  /** The outermost element around `link` that holds nothing else: <sup>, brackets, spans. */
  function alone(link) {
    let element = link
    const words = link.textContent.trim()
    while (
      element.parentElement?.matches("sup, span, font, small, b, i, u")
      && element.parentElement.textContent.replace(/[[\]()\s]/g, "") === words.replace(/[[\]()\s]/g, "")
      && !element.parentElement.querySelector("img")
    ) element = element.parentElement
    return element
  }

  /** Whether the link is nothing but a number, a sign or the like. */
  const isMark = link => link.textContent.trim().length <= 8

  /**
   * Move the notes of `root` to their references. Returns how many comments of reviewers were
   * taken out on the way.
   */
  function lift(root) {
    let comments = 0
    for (const list of root.querySelectorAll("[style*='mso-element:comment-list' i]")) {
      comments += list.querySelectorAll("[style*='mso-element:comment;' i], .msocomtxt").length
        || list.querySelectorAll("p").length
      list.remove()
    }
    for (const mark of root.querySelectorAll("a.msocomanchor, a.MsoCommentReference")) alone(mark).remove()
    for (const link of root.querySelectorAll("a[href*='#']")) {
      if (!COMMENTS.test(fragment(link)) || /ref/i.test(fragment(link))) continue
      const note = named(root, fragment(link))?.closest(NOTE_BLOCKS)
      if (!note || note.contains(link)) continue
      comments += 1
      note.remove()
      alone(link).remove()
    }

    const lifted = new Map() // the note's element → what is put at each reference
    for (const link of root.querySelectorAll("a[href*='#']")) {
      if (!link.isConnected && !root.contains(link)) continue
      if (link.closest("cw-note") || !isMark(link)) continue
      const note = noteOf(link, root)
      if (!note || [...lifted.keys()].some(other => other !== note && other.contains(link))) continue
      if (!lifted.has(note)) {
        const copy = root.ownerDocument.createElement("cw-note")
        for (const child of note.childNodes) copy.append(child.cloneNode(true))
        withoutMarks(copy, namesOf(link))
        lifted.set(note, copy)
      }
      alone(link).replaceWith(lifted.get(note).cloneNode(true))
    }
    for (const note of lifted.keys()) takeOut(note)
    for (const line of root.querySelectorAll("hr[width='33%'], hr + [data-cw-empty]")) line.remove()
    return comments
  }

  /** Take out the number of the note and the links that lead back. */
  function withoutMarks(note, names) {
    for (const link of note.querySelectorAll("a")) {
      const leadsBack = names.has(fragment(link)) || /ref|anc$/i.test(fragment(link))
      if (!leadsBack || !(link.getAttribute("href") ?? "").includes("#")) continue
      if (isMark(link)) alone(link).remove()
    }
    for (const sign of note.querySelectorAll(".mw-cite-backlink, .footnote-back, .sdfootnotesym")) sign.remove()
    // A number that stands outside of its link: '1. ' or '[1] '.
    const first = note.ownerDocument.createTreeWalker(note, NodeFilter.SHOW_TEXT)
    for (let text = first.nextNode(); text; text = first.nextNode()) {
      if (!text.data.trim()) continue
      text.data = text.data.replace(/^\s*(?:\[\d{1,3}\]|\^|↑)\s*/, "")
      break
    }
  }

  function takeOut(note) {
    let gone = note
    while (
      gone.parentElement && gone.parentElement.tagName !== "BODY"
      && [...gone.parentElement.childNodes].every(node => node === gone
        || (node.nodeType === Node.ELEMENT_NODE ? node.matches("hr, br") : !node.textContent.trim())
        || node.nodeType === Node.COMMENT_NODE)
    ) gone = gone.parentElement
    // The line between text and notes.
    const before = gone.previousElementSibling
    if (before?.tagName === "HR" && !gone.nextElementSibling) before.remove()
    gone.remove()
  }

  CKEDITOR.plugins.add("pastednotes", { lift })
})()
