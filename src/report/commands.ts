import { withoutSecrets } from '../shared/secrets.ts'

/** Characters that are shown of commands; a single one may be longer. */
const USUAL_LENGTH = 160
const LONGEST_COMMAND = 1000

/**
 * The beginning of an instruction of a Dockerfile, such as `RUN a && b …`. It is cut only between commands: half of a
 * secret is a word that no mask hides. Those that this run knows of may hold ` && `, and are masked before.
 * @returns null if it cannot be cut short
 */
export function shortCommands(instruction: string): string | null {
  const [first = '', ...rest] = withoutSecrets(instruction).split(/[\r\n]+/)
  const [command = '', ...others] = first.split(' && ')
  if (command.length > LONGEST_COMMAND) return null
  let shown = command
  while (others[0] !== undefined && shown.length + others[0].length < USUAL_LENGTH) {
    shown += ` && ${others.shift()}`
  }
  return others.length > 0 || rest.length > 0 ? `${shown} …` : shown
}
