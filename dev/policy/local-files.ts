import { existsSync } from 'node:fs'
import path from 'node:path'
import { YamlFile } from './workflow-file.ts'

/**
 * A workflow with the local workflows and composite actions that it uses, and that those use, each once.
 * @param content of the workflow, as YAML has it
 * @param root the folder of the repository
 */
export function withLocal(content: unknown, root: string): unknown[] {
  const seen = new Set<string>()
  const found = [content]
  // What is added on the way is looked through too.
  for (const one of found)
    for (const uses of usesIn(one)) {
      const names = /\.ya?ml$/.test(uses) ? [uses] : [`${uses}/action.yml`, `${uses}/action.yaml`]
      const file = names.map((name) => path.join(root, name)).find((name) => existsSync(name))
      if (file === undefined || seen.has(file)) continue
      seen.add(file)
      found.push(contentOf(file))
    }
  return found
}

/** Nothing if it cannot be read, which is told with its place when it is followed. */
function contentOf(file: string): unknown {
  try {
    return new YamlFile(file, file).content
  } catch {
    return null
  }
}

function usesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'uses' && typeof one === 'string' && one.startsWith('./') ? [one] : usesIn(one),
  )
}
