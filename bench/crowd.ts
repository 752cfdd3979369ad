// A closed loop: so many clients, each of which takes the next number when it is done with the one before.

/** Numbers from 0 up to, without, `count`. Returns when all of them are done. Errors: the first one of `work`. */
export async function crowd(
  clients: number,
  count: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const client = async (): Promise<void> => {
    while (next < count) {
      const number = next
      next += 1
      await work(number)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
}
