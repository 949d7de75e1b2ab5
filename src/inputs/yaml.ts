import type { InputSource, ParseYaml } from './reader.ts'

/** A source of inputs that reads YAML, which is loaded only if an input has any. */
export async function withYaml(source: InputSource): Promise<InputSource> {
  if (source.get('registry-auth').trim() === '') return source
  return { ...source, parseYaml: await loadYaml() }
}

/** What reads YAML. */
export async function loadYaml(): Promise<ParseYaml> {
  return (await import('./parse-yaml.ts')).parseYaml
}
