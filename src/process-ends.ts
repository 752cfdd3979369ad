// What of a process is everybody's: its end, where its paths begin, whom it runs as, who listens for its signals and its
// errors, and what every object has. Code that is not ours may not change it; the containment says whose code asks.
// Belongs to no layer.

/** What is refused, however it is called. Of some, only one way of calling it is known to the types; others are not in every Node. */
const EVERYBODYS = [
  'exit',
  // What process.exit ends with; whoever calls it by itself asks for the same.
  'reallyExit',
  'abort',
  // Another program in its place.
  'execve',
  // Every relative path of the program would lead elsewhere from then on; a thread may not either.
  'chdir',
  // Opens the process to whoever can reach its port.
  '_debugProcess',
  'removeAllListeners',
  'setUncaughtExceptionCaptureCallback',
  'setuid',
  'seteuid',
  'setgid',
  'setegid',
  'setgroups',
  'initgroups',
] as const

const KILLING = ['kill', '_kill'] as const

type Refuse = (name: string) => void

function guard(name: string, isRefused: (given: readonly unknown[]) => boolean, refuse: Refuse): void {
  const own: unknown = Reflect.get(process, name)
  if (typeof own !== 'function') return
  const guarded = (...given: unknown[]): unknown => {
    if (isRefused(given)) refuse(name)
    return Reflect.apply(own, process, given)
  }
  Reflect.set(process, name, guarded)
}

/**
 * What is added to it, every object has from then on: requests would have a field that nobody sent, and JSON would be
 * what a toJSON says. Whoever tries it is told by the engine, there and then. What is there already may be replaced:
 * where that were refused, no object could have a toString of its own any more.
 */
const sealObjects = (): unknown => Object.preventExtensions(Object.prototype)

/** In a thread, whose own end is its own: it kills nobody. */
export function guardThread(refuse: Refuse): void {
  sealObjects()
  for (const name of [...KILLING, '_debugProcess']) guard(name, () => true, refuse)
}

/** Its own id, or its group's (0), which it is in. Signal 0 only asks whether it is there. */
const isKill = ([pid, signal]: readonly unknown[]): boolean =>
  signal !== 0 && (Number(pid) === process.pid || Number(pid) === 0 || Number(pid) === -process.pid)

/** `refuse` throws where whoever asks for one of them may not have it. */
export function guardProcess(refuse: Refuse): void {
  sealObjects()
  for (const name of EVERYBODYS) guard(name, () => true, refuse)
  for (const name of KILLING) guard(name, isKill, refuse)
  // To ask for it is nobody's harm.
  guard('umask', ([mask]) => mask !== undefined, refuse)
}

type Thread = { readonly terminate: () => Promise<unknown> }
const ending = new Set<Thread>()

/**
 * Ends a thread; false: it was not over within `ms`. One that waits in the system, for a program or a pipe, is over when
 * the system lets it go, and no sooner.
 */
export async function endThread(thread: Thread, ms: number): Promise<boolean> {
  ending.add(thread)
  const { promise: late, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, ms, false)
  const ended = thread.terminate().then(() => ending.delete(thread))
  return Promise.race([ended, late]).finally(() => clearTimeout(timer))
}

/**
 * Ends the process, which process.exit would not while a thread that it has to end first waits in the system: it ends by
 * a signal then, by SIGTERM where all is well, which whoever starts it again takes for an end in order.
 */
export function endProcess(code: number | string = process.exitCode ?? 0): void {
  if (ending.size === 0) process.exit(code)
  process.removeAllListeners('SIGTERM')
  process.kill(process.pid, Number(code) === 0 ? 'SIGTERM' : 'SIGKILL')
}

/** Whether somebody keeps an event of the process for himself. */
type Keeps = (event: string | symbol, told: unknown) => boolean

/** Looks at the events of the process before those who listen for them: what is kept they are not told. */
export function filterEvents(isKept: Keeps): void {
  const emit: unknown = Reflect.get(process, 'emit')
  if (typeof emit !== 'function') return
  const filtered = (event: string | symbol, ...told: unknown[]): boolean =>
    isKept(event, told[0]) || Reflect.apply(emit, process, [event, ...told]) === true
  Reflect.set(process, 'emit', filtered)
}
