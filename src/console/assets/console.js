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
    if (!now || !then || now.hasAttribute('data-still')) continue
    writeTimes(then)
    Idiomorph.morph(now, then, { callbacks, ignoreActiveValue: true, restoreFocus: true })
  }
}

/** The page as it is now, laid over the one that is shown. */
async function refresh() {
  if (isLoading) {
    isStale = true
    return
  }
  isLoading = true
  isStale = false
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, redirect: 'follow' })
    if (answer.redirected) say('off', 'signed out')
    else if (answer.ok) {
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

/** The first change shows at once; what changes all the time is asked for once a second, and not while nobody looks. */
const PAUSE_MS = 1000
let timer = 0
let askedAt = -PAUSE_MS
function soon() {
  if (timer !== 0) return
  if (document.hidden) {
    isStale = true
    return
  }
  const wait = Math.max(20, askedAt + PAUSE_MS - performance.now())
  timer = setTimeout(() => {
    timer = 0
    askedAt = performance.now()
    void refresh()
  }, wait)
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && isStale) soon()
})

const light = document.querySelector('[data-live]')
function say(state, text) {
  light.dataset.live = state
  if (light.textContent !== text) light.textContent = text
}

/** What this page shows, for the stream to tell of nothing else. */
function shown() {
  const query = new URLSearchParams()
  for (const { dataset } of document.querySelectorAll('[data-list]')) query.set(dataset.list, '1')
  const watched = document.querySelector('[data-watch]')
  if (watched) query.set('watch', watched.dataset.watch)
  return query
}

function follow() {
  if (!light) return
  const source = new EventSource(`${base}/stream?${shown()}`)
  source.addEventListener('open', () => say('on', 'live'))
  source.addEventListener('error', () => say('off', source.readyState === 2 ? 'signed out' : 'not live'))
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
  source.addEventListener('changed', soon)
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

// On a phone the menu is wider than the screen.
document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
// Of a long list, the one that the page is about.
document.querySelector('.list [aria-current]')?.scrollIntoView({ block: 'nearest' })
for (const fill of document.querySelectorAll('[data-fill]')) fill.hidden = false
writeTimes(document)
bind(document)
follow()
setInterval(() => writeTimes(document), 15_000)
const every = main?.querySelector('[data-refresh]')?.dataset.refresh
if (every) setInterval(soon, Number(every) * 1000)
