// What a person does on a page beside following links and sending forms: keys, copying, taking back, reading a file.
function copyLetter(button) {
  const letter = button.closest('[data-copies]')
  const subject = letter.querySelector('header strong')?.textContent
  const text = letter.querySelector('[data-copied]').textContent
  navigator.clipboard.writeText(subject ? `${subject}\n\n${text}` : text).then(
    () => {
      button.textContent = 'Copied'
    },
    () => {
      button.textContent = 'Select and copy by hand'
    },
  )
}

document.addEventListener('click', ({ target }) => {
  const copy = target.closest?.('[data-copy]')
  if (copy) copyLetter(copy)
  if (target.closest?.('[data-fill]')) {
    for (const field of document.querySelectorAll('[data-example]'))
      if (field.value.trim() === '') field.value = field.dataset.example
  }
})
/** What was pressed and is not sent yet: it can be taken back so long. */
let undoable = null

function takeBack() {
  if (!undoable) return
  const { notice, button, ticking } = undoable
  clearInterval(ticking)
  undoable = null
  delete button.form.dataset.touched
  notice.remove()
  button.disabled = false
  button.focus()
}

/** Sends a decision when its time to be taken back is over, where its page still stands. */
function sendLater(button) {
  takeBack()
  const form = button.form
  const notice = document.createElement('p')
  notice.className = 'undo'
  notice.setAttribute('role', 'status')
  const text = document.createElement('span')
  const undo = document.createElement('button')
  undo.type = 'button'
  undo.className = 'act small'
  undo.textContent = 'Undo'
  undo.addEventListener('click', takeBack)
  notice.append(text, undo)
  let left = Number(button.dataset.undo)
  const words = button.dataset.undoWords
  text.textContent = `${words} in ${left} s`
  const ticking = setInterval(() => {
    left -= 1
    if (!form.isConnected) takeBack()
    else if (left > 0) text.textContent = `${words} in ${left} s`
    else {
      clearInterval(ticking)
      undoable = null
      button.disabled = false
      notice.remove()
      form.requestSubmit(button)
    }
  }, 1000)
  undoable = { notice, button, ticking }
  // Nothing that comes meanwhile draws the form anew.
  form.dataset.touched = 'true'
  form.append(notice)
  button.disabled = true
  undo.focus()
}
document.addEventListener(
  'click',
  (event) => {
    const button = event.target.closest?.('button[data-undo]')
    if (!button || !button.form.checkValidity()) return
    event.preventDefault()
    sendLater(button)
  },
  true,
)

const HELP = `j, k: down and up the list · Enter: open · a: approve · c: send back · e: save an edit · d: deny · s: start · /: filter · u: back · z: undo · ?: these keys`

function help() {
  let dialog = document.querySelector('dialog')
  if (!dialog) {
    dialog = document.createElement('dialog')
    const text = document.createElement('p')
    text.textContent = HELP
    const close = document.createElement('form')
    close.method = 'dialog'
    const button = document.createElement('button')
    button.className = 'act'
    button.textContent = 'Close'
    close.append(button)
    dialog.append(text, close)
    document.body.append(dialog)
  }
  dialog.showModal()
}

function step(by) {
  const rows = [...document.querySelectorAll('[data-row]')]
  const at = rows.findIndex(
    (row) => row === document.activeElement || row.getAttribute('aria-current') === 'true',
  )
  const focused = rows.indexOf(document.activeElement)
  rows[Math.min(rows.length - 1, Math.max(0, (focused >= 0 ? focused : at) + by))]?.focus()
}

document.addEventListener('keydown', (event) => {
  if (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.target.closest?.('input, textarea, select, dialog')
  )
    return
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)
  if (button) {
    const reason = button.form?.elements.namedItem('reason')
    const needsReason = ['deny', 'request_changes', 'edit'].includes(button.value)
    if (needsReason && reason && reason.value.trim() === '') reason.focus()
    else button.click()
  } else if (event.key === 'j') step(1)
  else if (event.key === 'k') step(-1)
  else if (event.key === '?') help()
  else if (event.key === '/') document.querySelector('.filters input, #goal')?.focus()
  else if (event.key === 'z') takeBack()
  else if (event.key === 'u') history.back()
  else return
  event.preventDefault()
})

/** Text in whatever way a spreadsheet saved it. */
function textOf(bytes) {
  const [first, second] = new Uint8Array(bytes)
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}

/** A file that is chosen is read into its field, where it can be looked at before it is sent. */
async function readFile(chooser) {
  const [file] = chooser.files
  if (!file) return
  const field = document.getElementById(chooser.dataset.reads)
  const isTooLarge = file.size > Number(chooser.dataset.most)
  chooser.setCustomValidity(isTooLarge ? 'This file is too large for a page: use the command line.' : '')
  chooser.reportValidity()
  if (isTooLarge) return
  field.value = textOf(await file.arrayBuffer())
  field.dataset.touched = 'true'
}
document.addEventListener('change', ({ target }) => {
  if (target.matches?.('[data-reads]')) void readFile(target)
})

for (const hidden of document.querySelectorAll('[data-scripted]')) hidden.hidden = false
