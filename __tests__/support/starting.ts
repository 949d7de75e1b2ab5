import type { Log } from '../../dev/engine/process.ts'

/**
 * Waits for what a test starts, but not for ever.
 * @param what it is, as the error names it
 * @param start is given a log, whose last line the error shows
 * @param remedy what to do if it does not start
 * @throws Error if it has not started in time
 */
export async function startedWithin<T>(
  seconds: number,
  what: string,
  start: (log: Log) => Promise<T>,
  remedy: string,
): Promise<T> {
  let last = 'it said nothing'
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const fail = () =>
      reject(new Error(`${what} has not started in ${seconds} s; the last of it: ${last}. ${remedy}`))
    timer = setTimeout(fail, seconds * 1000)
  })
  try {
    return await Promise.race([start((line) => (last = line)), late])
  } finally {
    clearTimeout(timer)
  }
}
