// What code that is not ours does behind our back: errors that it throws later and rejected promises that it leaves are
// brought to where they come from, by async context, and an end of the process that it asks for is an error of its own.
// A call of a tool is told of them; what a tool, an adapter or a module does outside of any call is logged by its name.
// What comes from none of them is the program's own fault, and ends the process as ever.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { filterEvents, guardProcess } from './process-ends.ts'

/** Under which name (of Symbol.for) a process keeps the function that says whose code runs, for who looks from outside. */
export const CALL_OF_NOW = 'cugar.call-of-now'

/** Whose code runs. Names alone: they are logged. */
export type Owner = {
  readonly tool?: string
  readonly adapter?: string
  /** A file, as people know it. */
  readonly module?: string
  readonly run_id?: string
  readonly step_id?: string
}

/** Code that may still go wrong, or went wrong after its end. */
export type Contained = {
  readonly fail: (error: unknown) => void
  readonly name: Owner
}

/** Is told of an error that somebody's code left, or threw and we caught, outside of any call. */
export type OnLeft = (owner: Owner, error: unknown) => void

/** Who is told of what comes from no call. */
export type Watcher = {
  /** An error that nobody caught and that is our own, unless somebody else listens for it; absent: as without us. */
  readonly onOwnFault?: ((error: unknown) => void) | undefined
  readonly onLeft?: OnLeft | undefined
}

const contained = new AsyncLocalStorage<Contained>()
const watchers = new Set<Watcher>()

function tellLeft(owner: Owner, error: unknown): void {
  for (const { onLeft } of watchers) onLeft?.(owner, error)
}

/** It is never told that it is over: nobody asks for that. */
const UNTOLD = { requireManualDestroy: true } as const

/**
 * Does the work, and whatever follows from it, in the name of a call. As `contained.run`, which makes two contexts, and
 * leaves the second one in place of the one that was there before: whatever followed, and was ours, would keep it.
 */
export function inCall<T>(call: Contained, work: () => T): T {
  const before = new AsyncResource('contained', UNTOLD)
  return before.runInAsyncScope(() => {
    contained.enterWith(call)
    return work()
  })
}

type Kind = 'tool' | 'adapter' | 'module'

/** More than a registry has names of a kind; beyond it they are put down anew. */
const MOST_OWNERS = 5000
const owners: Readonly<Record<Kind, Map<string, Contained>>> = {
  tool: new Map(),
  adapter: new Map(),
  module: new Map(),
}

function containedOf(kind: Kind, name: string): Contained {
  const known = owners[kind].get(name)
  if (known !== undefined) return known
  const owner: Owner = { [kind]: name }
  const made: Contained = { name: owner, fail: (error) => tellLeft(owner, error) }
  if (owners[kind].size >= MOST_OWNERS) owners[kind].clear()
  owners[kind].set(name, made)
  return made
}

/** Does work of a tool's code that belongs to no call: its words, its rules, its figures. Within a call of it, as that call. */
export function inTool<T>(name: string, work: () => T): T {
  if (contained.getStore()?.name.tool === name) return work()
  return within('tool', name, work)
}

/** Does work of an adapter's code that is no tool's call. */
export const inAdapter = <T>(name: string, work: () => T): T => within('adapter', name, work)

/** Logs what somebody's code threw where it belongs to no call, and another answer stands in for its own. */
export function tellOf(error: unknown): void {
  contained.getStore()?.fail(error)
}

/** Loads a file: what it does when it is loaded, and whatever follows from that. */
export const inModule = <T>(file: string, work: () => T): T => within('module', file, work)

function within<T>(kind: Kind, name: string, work: () => T): T {
  guardEnds()
  return inCall(containedOf(kind, name), work)
}

/** Whose code this moment belongs to, as JSON; null: it is ours. */
const callOfNow = (): string => JSON.stringify(contained.getStore()?.name ?? null)

/** Whether whoever this comes from, if it is not ours, was told. */
function bringToOwner(error: unknown): boolean {
  const owner = contained.getStore()
  owner?.fail(error)
  return owner !== undefined
}

/** Refuses what would end, or move, the process of everybody, where somebody's code asks for it. */
function refuseEnd(name: string): void {
  const error = new Error(`A tool called process.${name}.`)
  if (bringToOwner(error)) throw error
}

/** Whether this moment belongs to code that is not ours, which is told that it may not do this. */
export function isRefused(what: string): boolean {
  return bringToOwner(new Error(`A tool called ${what}.`))
}

type Told = (held: unknown) => void

/** What it throws would come out where nobody knows any more whose it is. */
const telling = (told: Told): Told =>
  AsyncLocalStorage.bind((held: unknown) => {
    try {
      told(held)
    } catch (error) {
      tellOf(error)
    }
  })

/** The engine calls back without a context when something was collected: whoever asked for it is remembered here. */
function bindCollections(): void {
  globalThis.FinalizationRegistry = new Proxy(FinalizationRegistry, {
    construct: (target, [told]: [Told], asked) => {
      const isOurs = contained.getStore() === undefined || typeof told !== 'function'
      return Reflect.construct(target, [isOurs ? told : telling(told)], asked) as object
    },
  })
}

let isGuarding = false

function guardEnds(): void {
  if (isGuarding) return
  isGuarding = true
  bindCollections()
  guardProcess(refuseEnd)
  Object.defineProperty(globalThis, Symbol.for(CALL_OF_NOW), { value: callOfNow })
  filterEvents(isTaken)
}

/** Whether an error that nobody caught is told to whoever it comes from, or to us: nobody who listens hears of it. */
function isTaken(event: string | symbol, error: unknown): boolean {
  if (event === 'uncaughtExceptionMonitor') return contained.getStore() !== undefined
  if (event !== 'uncaughtException' && event !== 'unhandledRejection') return false
  return bringToOwner(error) || isOwnFaultTold(event, error)
}

/** Where the program that we are part of listens, it is told, and decides. */
function isOwnFaultTold(event: string, error: unknown): boolean {
  if (process.listenerCount(event) > 0) return false
  const told = [...watchers].flatMap(({ onOwnFault }) => onOwnFault ?? [])
  for (const tell of told) tell(error)
  return told.length > 0
}

/**
 * Contains what is not ours in this process from now on, and tells the watcher until what is returned is called. What
 * somebody's code has left is still brought to where it comes from after that, and is nobody else's news; an error of the
 * program's own is the program's again.
 */
export function containCalls(watcher: Watcher): () => void {
  guardEnds()
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

type Stoppable = { readonly stop: (graceMs?: number) => Promise<void> }

/** Contains calls until what is opened has stopped, or could not be opened. */
export async function containedWhileOpen<T extends Stoppable>(
  watcher: Watcher,
  open: () => Promise<T>,
): Promise<T> {
  const letGo = containCalls(watcher)
  try {
    const opened = await open()
    return { ...opened, stop: (graceMs) => opened.stop(graceMs).finally(letGo) }
  } catch (error) {
    letGo()
    throw error
  }
}
