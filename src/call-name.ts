// Under which name (of Symbol.for) a process keeps the function that says which call its code is in just now: for who
// looks at it from outside of it.
export const CALL_OF_NOW = 'cugar.call-of-now'
