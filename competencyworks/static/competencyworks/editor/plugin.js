/*
 * What our texts need of the editor beyond its own plugins: pictures from the library,
 * uploads with the admin's token, footnotes, the "read more" line, the admin's colors.
 */
/* global CKEDITOR */
(() => {
  "use strict"

  const CAPTION = "br em strong i b sub sup u s small cite q; a[!href]"

  /** The HTML of a picture that the library gives: {id, src, alt, caption, credit}. */
  function pictureHtml(picture) {
    const image = new CKEDITOR.dom.element("img")
    image.setAttributes({ src: picture.src, alt: picture.alt, "data-image": picture.id })
    const words = [
      CKEDITOR.tools.htmlEncode(picture.caption || ""),
      picture.credit ? `<small>${CKEDITOR.tools.htmlEncode(picture.credit)}</small>` : "",
    ].filter(Boolean)
    return words.length
      ? `<figure class="image">${image.getOuterHtml()}<figcaption>${words.join(" ")}</figcaption></figure>`
      : `<p>${image.getOuterHtml()}</p>`
  }

  /**
   * Puts a picture at the cursor and the cursor behind it, in a new paragraph if the text ends
   * there. The editor itself would leave the picture selected, and drop what is typed next.
   */
  function insertPicture(editor, picture) {
    const before = Object.keys(editor.widgets.instances)
    editor.insertHtml(pictureHtml(picture))
    const added = Object.keys(editor.widgets.instances).find(id => !before.includes(id))
    if (!added) return
    const { wrapper, inline } = editor.widgets.instances[added]
    const range = editor.createRange()
    const isText = node => node && !(node.type === CKEDITOR.NODE_ELEMENT && node.is("br"))
    if (inline && isText(wrapper.getNext())) {
      range.setStartAfter(wrapper)
    } else {
      const block = inline ? wrapper.getParent() : wrapper
      let next = block.getNext()
      if (!next?.is?.("p")) {
        next = editor.document.createElement("p")
        next.appendBogus()
        next.insertAfter(block)
      }
      range.moveToElementEditStart(next)
    }
    range.collapse(true)
    range.select()
    editor.fire("saveSnapshot")
  }

  /** Opens the library in a dialog of the page; puts the chosen picture at the cursor. */
  function openLibrary(editor) {
    const dialog = document.createElement("dialog")
    dialog.className = "cw-library"
    dialog.setAttribute("aria-label", "Picture library")
    const frame = document.createElement("iframe")
    frame.src = editor.config.pictureLibraryUrl
    frame.title = "Picture library"
    const close = document.createElement("button")
    close.type = "button"
    close.className = "cw-library-close"
    close.textContent = "Close"
    close.addEventListener("click", () => dialog.close())
    dialog.append(close, frame)

    const listen = event => {
      if (event.origin !== location.origin || event.source !== frame.contentWindow) return
      if (event.data?.close) dialog.close()
      if (!event.data?.picture) return
      dialog.close()
      editor.focus()
      insertPicture(editor, event.data.picture)
    }
    window.addEventListener("message", listen)
    dialog.addEventListener("close", () => {
      window.removeEventListener("message", listen)
      dialog.remove()
      editor.focus()
    })
    document.body.append(dialog)
    dialog.showModal()
  }

  /** Puts [fn] and [/fn] behind what is selected, and the cursor between them. */
  function insertFootnote(editor) {
    const range = editor.getSelection().getRanges()[0]
    if (!range) return
    editor.fire("saveSnapshot")
    range.collapse(false)
    const start = new CKEDITOR.dom.text("[fn]", editor.document)
    range.insertNode(new CKEDITOR.dom.text("[/fn]", editor.document))
    range.insertNode(start)
    range.setStartAfter(start)
    range.collapse(true)
    range.select()
    editor.fire("saveSnapshot")
  }

  /** Draws the line, or moves it here: a text has one. */
  function insertReadMore(editor) {
    editor.fire("saveSnapshot")
    for (const line of editor.editable().find("hr.more").toArray()) line.remove()
    const line = editor.document.createElement("hr")
    line.addClass("more")
    editor.insertElement(line)
    editor.fire("saveSnapshot")
  }

  const WRONG_FILE = "Only JPEG, PNG, GIF, WebP, and AVIF pictures can be added here. Save another "
    + "kind of picture as JPEG or PNG first."

  /** Uploads of dropped and pasted files carry the form's token; rows of the library result. */
  function uploadIntoLibrary(editor) {
    editor.lang.clipboard.fileFormatNotSupportedNotification = WRONG_FILE
    editor.lang.clipboard.fileWithoutFormatNotSupportedNotification = WRONG_FILE
    editor.config.uploadImage_supportedTypes = /^image\/(jpeg|png|gif|webp|avif)$/
    editor.on("fileUploadRequest", event => {
      const token = editor.element.$.form?.querySelector("[name=csrfmiddlewaretoken]")
      if (token) event.data.fileLoader.xhr.setRequestHeader("X-CSRFToken", token.value)
    })
    editor.on("fileUploadResponse", event => {
      try {
        const answer = JSON.parse(event.data.fileLoader.xhr.responseText)
        event.data.picture = answer.picture
        event.data.words = answer.words
      } catch {
        event.data.message = "The picture could not be uploaded. Reload the page and try again."
        event.cancel()
      }
    })
    editor.on("widgetDefinition", ({ data: widget }) => {
      if (widget.name === "image") {
        widget.editables.caption.allowedContent = CAPTION
      }
      if (widget.name === "uploadimage") {
        widget.onUploaded = function (upload) {
          const { picture, words } = upload.responseData
          const alt = this.parts.img.getAttribute("alt") ?? ""
          this.replaceWith(
            `<img src="${CKEDITOR.tools.htmlEncodeAttr(picture.src)}" `
            + `alt="${CKEDITOR.tools.htmlEncodeAttr(alt)}" data-image="${Number(picture.id)}">`,
          )
          CKEDITOR.plugins.get("picturewords").ask(editor, { ...picture, alt, words })
        }
      }
    })
  }

  /** The text shows light or dark as the admin around it does. */
  function followTheme(editor) {
    const pass = () => {
      const inside = editor.document?.getDocumentElement()
      const theme = document.documentElement.dataset.theme
      if (!inside) return
      if (theme === "light" || theme === "dark") inside.setAttribute("data-theme", theme)
      else inside.removeAttribute("data-theme")
    }
    editor.on("contentDom", pass)
    const observer = new MutationObserver(pass)
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] })
    editor.on("destroy", () => observer.disconnect())
  }

  /**
   * The address in the dialog of links is looked up as those in fields of the form are, by
   * admin/known_address.js: what it leads to may be curated or shared already.
   */
  function tellWhatIsKnown(editor, dialog) {
    dialog.on("show", () => {
      const field = dialog.getContentElement("info", "url").getInputElement().$
      if (!field.dataset.knownAddress) field.parentElement.addEventListener("keydown", walkByTab)
      field.dataset.knownAddress = editor.config.knownAddressUrl
      field.dataset.knownNot = editor.config.knownNot
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }, null, null, 100) // after the dialog has put the address of a present link into the field
  }

  /** The dialog knows its own fields alone: Tab would pass over the links of what is known. */
  function walkByTab(event) {
    if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey) return
    const stops = [...this.querySelectorAll("input, a[href]")]
    const next = stops[stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1)]
    if (!next) return
    event.preventDefault()
    event.stopPropagation()
    next.focus()
  }

  CKEDITOR.on("dialogDefinition", ({ editor, data: { name, definition, dialog } }) => {
    // A table without header cells cannot be understood by ear.
    if (name === "table") definition.getContents("info").get("selHeaders").default = "row"
    if (name === "link") tellWhatIsKnown(editor, dialog)
  })

  CKEDITOR.plugins.add("competencyworks", {
    requires: "uploadimage,picturewords",
    beforeInit: uploadIntoLibrary,
    init(editor) {
      const buttons = {
        Picture: ["Picture from the library", openLibrary, "insert,5", "img[data-image]"],
        Footnote: ["Footnote", insertFootnote, "insert,60", null],
        ReadMore: ["“Read more” line: what stands above it is the lead", insertReadMore, "insert,61", "hr(more)"],
      }
      for (const [name, [label, exec, toolbar, requiredContent]] of Object.entries(buttons)) {
        const command = name.toLowerCase()
        editor.addCommand(command, {
          exec: () => exec(editor),
          ...(requiredContent ? { requiredContent } : {}),
        })
        editor.ui.addButton(name, { label, command, toolbar, icon: `${this.path}${command}.svg` })
      }
      followTheme(editor)
    },
  })
})()
