/* global Idiomorph */
// What a page does by itself: times in the reader's zone, keys, copying, and staying up to date without losing what
// somebody types. Everything else is forms and links, which work without it.
const base = document.currentScript?.dataset.base ?? ''

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })
const short = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const timeOnly = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]
function span(ms) {
  const parts = []
  let rest = ms
  for (const [size, name] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${count} ${name}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ') || '0 s'
}

function writeTimes(root) {
  for (const element of root.querySelectorAll('time[datetime]')) {
    const at = new Date(element.dateTime)
    element.title = whole.format(at)
    if (element.hasAttribute('data-left')) {
      const left = at - Date.now()
      element.textContent = left > 0 ? `${span(left)} left` : 'over'
    } else {
      const isToday = at.toDateString() === new Date().toDateString()
      element.textContent = isToday ? timeOnly.format(at) : short.format(at)
    }
  }
}

/** What somebody typed, opened or chose stays, whatever the server says meanwhile. */
const callbacks = {
  beforeNodeMorphed: (now, next) => {
    if (now.dataset?.touched === 'true') return false
    if (now.matches?.('[data-pick], [data-pick-all]')) next.checked = now.checked
    if (now instanceof HTMLDetailsElement && now.open) next.open = true
    return true
  },
}

const main = document.getElementById('main')
let isLoading = false
let isStale = false

function lay(next) {
  for (const part of ['#main', '.list']) {
    const [now, then] = [document.querySelector(part), next.querySelector(part)]
    if (!now || !then) continue
    writeTimes(then)
    Idiomorph.morph(now, then, { callbacks, ignoreActiveValue: true, restoreFocus: true })
  }
}

/** The page as it is now, laid over the one that is shown. */
async function refresh() {
  // What somebody asked for and reads, such as a plan, is no part of the page as it is now.
  if (document.querySelector('[data-kept]')) return
  if (isLoading) {
    isStale = true
    return
  }
  isLoading = true
  isStale = false
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, redirect: 'follow' })
    if (answer.ok && !answer.redirected) {
      lay(new DOMParser().parseFromString(await answer.text(), 'text/html'))
      bind(document)
    }
  } catch {
    // The light says that it is not live; the next change asks again.
  } finally {
    isLoading = false
    if (isStale) soon()
  }
}

let timer = 0
function soon() {
  if (timer !== 0) return
  timer = setTimeout(() => {
    timer = 0
    void refresh()
  }, 60)
}

function follow() {
  const light = document.querySelector('[data-live]')
  if (!light) return
  const source = new EventSource(`${base}/stream`)
  const say = (state, text) => {
    light.dataset.live = state
    light.textContent = text
  }
  source.addEventListener('open', () => say('on', 'live'))
  source.addEventListener('error', () => say('off', 'not live'))
  source.addEventListener('hello', ({ data }) => {
    // Something happened after the page was made and before it listened, or while it could not.
    if (data !== document.body.dataset.position) soon()
    document.body.dataset.position = data
  })
  source.addEventListener('pending', ({ data }) => {
    for (const count of document.querySelectorAll('[data-count="pending"]')) {
      count.textContent = data
      count.hidden = data === '0'
      document.title = document.title.replace(/^\(\d+\+?\) /, '')
      if (data !== '0') document.title = `(${data}) ${document.title}`
    }
  })
  source.addEventListener('changed', ({ data }) => {
    const { runs, approvals } = JSON.parse(data)
    const watched = document.querySelector('[data-watch]')?.dataset.watch
    const lists = [...document.querySelectorAll('[data-list]')].map((list) => list.dataset.list)
    const concerns =
      (watched && runs.includes(watched)) ||
      (lists.includes('runs') && runs.length > 0) ||
      (lists.includes('approvals') && approvals)
    if (concerns) soon()
  })
}

function bind(root) {
  for (const field of root.querySelectorAll('textarea, input')) {
    field.addEventListener('input', () => {
      field.dataset.touched = 'true'
    })
  }
}

document.addEventListener('change', ({ target }) => {
  if (target.matches?.('[data-submits]')) target.form.requestSubmit()
  if (target.matches?.('[data-pick-all]'))
    for (const box of document.querySelectorAll('[data-pick]')) box.checked = target.checked
})

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
  const twice = target.closest?.('[data-twice]')
  if (twice && twice.dataset.asked !== 'true') {
    // What cannot be undone is said twice; the second time is another button.
    twice.dataset.asked = 'true'
    const [label] = twice.childNodes
    const before = label.nodeValue
    label.nodeValue = twice.dataset.twice
    setTimeout(() => {
      twice.dataset.asked = 'false'
      label.nodeValue = before
    }, 4000)
  }
  if (target.closest?.('[data-fill]')) {
    for (const field of document.querySelectorAll('[data-example]'))
      if (field.value.trim() === '') field.value = field.dataset.example
  }
})
document.addEventListener(
  'click',
  (event) => {
    const twice = event.target.closest?.('[data-twice]')
    if (twice && twice.dataset.asked !== 'true') event.preventDefault()
  },
  true,
)

const HELP = `j, k: down and up the list · Enter: open · a: approve · c: send back · e: save an edit · d: deny · s: start · /: filter · u: back · ?: these keys`

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
  else if (event.key === 'u') history.back()
  else return
  event.preventDefault()
})

for (const fill of document.querySelectorAll('[data-fill]')) fill.hidden = false
writeTimes(document)
bind(document)
follow()
setInterval(() => writeTimes(document), 15_000)
const every = main?.querySelector('[data-refresh]')?.dataset.refresh
if (every) setInterval(soon, Number(every) * 1000)
