/*
 * A paste from another program: read for what it says, its pictures put into the library, and told
 * what could not come along.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const PICTURE = /^image\/(jpeg|png|gif|webp|avif)$/

  const counted = (number, one, many) => (number === 1 ? `1 ${one}` : `${number} ${many}`)

  /** What stayed behind, as sentences. */
  function told({ pictures, comments, links, fields, notes }) {
    const sentences = []
    if (pictures.length) {
      const names = pictures.filter(Boolean).slice(0, 5).map(alt => `“${alt}”`).join(", ")
      sentences.push(
        `${counted(pictures.length, "picture", "pictures")} could not be pasted${names ? ` (${names})` : ""}. `
        + `Save ${pictures.length === 1 ? "it as a file" : "them as files"} and add `
        + `${pictures.length === 1 ? "it" : "them"} with the Picture button.`,
      )
    }
    if (notes) {
      sentences.push(
        `${counted(notes, "raised number looks like a footnote", "raised numbers look like footnotes")} whose text `
        + "this program does not copy. Add the text with the Footnote button.",
      )
    }
    if (comments) sentences.push(`${counted(comments, "reviewer’s comment was", "reviewers’ comments were")} left out.`)
    if (links) {
      sentences.push(
        `${counted(links, "link leads", "links lead")} to a file on your computer or nowhere. `
        + `${links === 1 ? "Its text is" : "Their text is"} kept without the link.`,
      )
    }
    if (fields) sentences.push(`${counted(fields, "form field was", "form fields were")} left out.`)
    return sentences
  }

  /** Let pictures that came as files be uploaded as dropped ones are. */
  function upload(editor, html, files) {
    if (!html.includes("data-cw-file")) return html
    const page = document.implementation.createHTMLDocument("")
    page.body.innerHTML = html
    for (const image of page.querySelectorAll("img[data-cw-file]")) {
      const file = files[image.dataset.cwFile]
      const loader = editor.uploadRepository.create(file, file.name || "picture")
      image.removeAttribute("data-cw-file")
      image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
      image.dataset.ckeUploadId = loader.id
      image.dataset.widget = "uploadimage"
      loader.loadAndUpload(editor.config.imageUploadUrl)
      CKEDITOR.fileTools.bindNotifications(editor, loader)
    }
    return page.body.innerHTML
  }

  CKEDITOR.plugins.add("pasteprograms", {
    requires: "clipboard,uploadimage,pastedhtml,pastedpictures",
    init(editor) {
      editor.on("paste", event => {
        const { data } = event
        const { clipboard } = CKEDITOR.plugins
        const carried = data.dataTransfer
        if (!carried || carried.getTransferType(editor) !== CKEDITOR.DATA_TRANSFER_EXTERNAL) return
        if (data.type === "text") return
        const html = carried.getData("text/html", true) || data.dataValue
        if (!html || !/<[a-z!]/i.test(html)) return
        const files = []
        for (let place = 0; place < carried.getFilesCount(); place += 1) {
          const file = carried.getFile(place)
          if (file && PICTURE.test(file.type)) files.push(file)
        }
        const { Pictures } = CKEDITOR.plugins.get("pastedpictures")
        const rtf = clipboard.isCustomDataTypesSupported ? carried.getData("text/rtf", true) : ""
        const { html: plain, left } = CKEDITOR.plugins.get("pastedhtml").read(html, new Pictures(rtf, files))
        data.dataValue = upload(editor, plain, files)
        data.type = "html"
        data.dontFilter = true
        const sentences = told(left)
        if (sentences.length) {
          editor.showNotification(sentences.map(CKEDITOR.tools.htmlEncode).join(" "), "warning", 0)
        }
      }, null, null, 2)
    },
  })
})()
