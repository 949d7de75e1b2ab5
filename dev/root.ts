import path from 'node:path'

/** The root of this checkout. */
export const root = path.resolve(import.meta.dirname, '..')
