import type { ReadMetadata } from './docs.ts'

/** The file that `npm run docs` writes the names of all inputs into, relative to this project. */
export const NAMES_FILE = 'src/inputs/names.ts'

const ACTIONS = {
  main: 'action.yml',
  merge: 'merge/action.yml',
  promote: 'promote/action.yml',
  verify: 'verify/action.yml',
  bake: 'bake/action.yml',
}

/** @returns the text of {@link NAMES_FILE}, from every action.yml */
export function inputNames(read: ReadMetadata): string {
  const actions = Object.entries(ACTIONS).map(([action, file]) => {
    const names = Object.keys(read(file).inputs ?? {})
    return `  ${action}: [\n${names.map((name) => `    '${name}',\n`).join('')}  ],\n`
  })
  return `// Written by npm run docs from ${Object.values(ACTIONS).join(', ')}.

/** The inputs that each action declares. */
export const INPUTS = {
${actions.join('')}} as const

/** An input of one of the actions. */
export type InputName = (typeof INPUTS)[keyof typeof INPUTS][number]
`
}
