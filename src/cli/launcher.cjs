#!/usr/bin/env node
// What starts first, in words that an old Node understands: the program itself is more than it could read. Runs the
// program with this Node, else with the one that the checkout brought, else says in one line which one is needed.
'use strict'

const { spawn } = require('child_process')
const { existsSync } = require('fs')
const { tmpdir } = require('os')
const { join, sep } = require('path')
const { pathToFileURL } = require('url')
const { engines } = require('../../package.json')

const needed = Number(/\d+/.exec(engines.node)[0])
const words = process.argv.slice(2)

function refuse() {
  const brings =
    process.platform === 'linux'
      ? ', or run `npm ci` in a checkout, which brings it for this command alone'
      : ''
  console.error(
    `cugar: needs Node ${needed} or newer, and this is ${process.version}: install it from https://nodejs.org${brings}`,
  )
  process.exitCode = 1
}

/** A checkout has the source, a package what was made of it. */
function program() {
  const source = join(__dirname, 'cugar.ts')
  return existsSync(source) ? source : join(__dirname, 'cugar.js')
}

/** Packed as it is in a checkout: Node strips no types under node_modules. */
const isUnbuilt = () => program().endsWith('.ts') && __dirname.split(sep).includes('node_modules')

function refuseSource() {
  console.error(
    'cugar: this package holds the source alone, which no Node runs as a package: make one with `npm run package`',
  )
  process.exitCode = 1
}

const LOOK_MS = 500

/** npm, or the shell between, may end without a word to what it started, which must not live on alone. */
function endWithNpm() {
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM')
  }, LOOK_MS).unref()
}

/** The program's code is kept compiled between two starts, where the machine allows that. */
function run() {
  require('module').enableCompileCache()
  return import(pathToFileURL(program()).href)
}

/** As `run` would, where the other Node looks for it by itself. */
const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }

/** Signals go on to the other Node, and its end is the end of this one. */
function handOver(node) {
  const env = Object.assign({}, compiled, process.env)
  const child = spawn(node, [program()].concat(words), { stdio: 'inherit', env: env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('error', refuse)
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

/** Of the optional packages of the checkout; null where there is none for this machine. */
function broughtNode() {
  const file = join(__dirname, `../../node_modules/node-${process.platform}-${process.arch}/bin/node`)
  return existsSync(file) ? file : null
}

if (process.env.npm_lifecycle_event !== undefined) endWithNpm()
if (isUnbuilt()) refuseSource()
else if (Number(process.versions.node.split('.')[0]) >= needed) void run()
else {
  const node = broughtNode()
  if (node === null) refuse()
  else handOver(node)
}
