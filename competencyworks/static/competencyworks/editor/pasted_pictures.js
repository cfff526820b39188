/*
 * The pictures of a paste. Programs on the same computer write addresses of files that no page may
 * read; the pictures themselves come beside the HTML, in RTF (Word, LibreOffice) or as files.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const KINDS = [[/\\pngblip\b/, "image/png"], [/\\jpegblip\b/, "image/jpeg"]]
  const SHOWN = /^data:image\/(png|jpe?g|gif|webp|avif);/i
  /** Groups of RTF whose pictures are not those of the text: second copies, heads of pages. */
  const ELSEWHERE = /\{\\(?:\*\\)?(?:nonshppict|shprslt|headerl?r?f?|headerr|footerl|footerr|footerf|footer|listpicture|background|bgdispobj)\b/g

  /** Where the group that opens at `start` ends. */
  function endOfGroup(rtf, start) {
    let depth = 0
    for (let place = start; place < rtf.length; place += 1) {
      const sign = rtf[place]
      if (sign === "\\") place += 1
      else if (sign === "{") depth += 1
      else if (sign === "}" && (depth -= 1) === 0) return place + 1
    }
    return rtf.length
  }

  function withoutGroups(rtf, opening) {
    let kept = ""
    let last = 0
    opening.lastIndex = 0
    for (let found = opening.exec(rtf); found; found = opening.exec(rtf)) {
      kept += rtf.slice(last, found.index)
      last = endOfGroup(rtf, found.index)
      opening.lastIndex = last
    }
    return kept + rtf.slice(last)
  }

  /** The pictures in `rtf` in their order, as data: addresses; null for kinds no browser shows. */
  function fromRtf(rtf) {
    const text = withoutGroups(rtf, ELSEWHERE)
    const found = []
    const opening = /\{\\pict\b/g
    for (let match = opening.exec(text); match; match = opening.exec(text)) {
      const end = endOfGroup(text, match.index)
      const group = text.slice(match.index + 1, end - 1)
      opening.lastIndex = end
      if (/\\defshp\b|fHorizRule/.test(group)) continue
      const kind = KINDS.find(([mark]) => mark.test(group))
      let plain = group
      for (let inner = plain.lastIndexOf("{"); inner >= 0; inner = plain.lastIndexOf("{")) {
        plain = plain.slice(0, inner) + plain.slice(endOfGroup(plain, inner))
      }
      const hex = plain.replace(/\\[a-z]+-?\d* ?/gi, "").replace(/[^0-9a-f]/gi, "")
      found.push(kind && hex ? `data:${kind[1]};base64,${base64(hex)}` : null)
    }
    return found
  }

  function base64(hex) {
    let bytes = ""
    for (let place = 0; place + 1 < hex.length; place += 2) {
      bytes += String.fromCharCode(Number.parseInt(hex.slice(place, place + 2), 16))
    }
    return btoa(bytes)
  }

  class Pictures {
    /** Of one paste: its RTF, its files that are pictures, and the site's own address. */
    constructor(rtf, files) {
      this.rtf = rtf ? fromRtf(rtf) : []
      this.files = files
      this.taken = 0
    }

    /** The attributes by which the picture of `element` is shown, or null if it stays behind. */
    take(element, source) {
      const address = element.getAttribute("src") ?? ""
      if (SHOWN.test(address)) return { src: address }
      if (/^https?:/i.test(address)) {
        return new URL(address).origin === location.origin ? { src: new URL(address).pathname } : null
      }
      if (/^\/(?!\/)/.test(address)) return { src: address }
      // By their order, where there are as many as the text names.
      const named = [...source.querySelectorAll("img")]
        .filter(image => !/^(https?:|data:|\/)/i.test(image.getAttribute("src") ?? "")).length
      const place = this.taken
      this.taken += 1
      if (this.rtf.length === named && this.rtf[place]) return { src: this.rtf[place] }
      if (this.files.length === named) return { "data-cw-file": String(place) }
      return null
    }
  }

  CKEDITOR.plugins.add("pastedpictures", { Pictures })
})()
