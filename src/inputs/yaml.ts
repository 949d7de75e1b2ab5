import type { InputSource } from './reader.ts'

/** A source of inputs that reads YAML, which is loaded only if an input has any. */
export async function withYaml(source: InputSource): Promise<InputSource> {
  if (source.get('registry-auth').trim() === '') return source
  const { parseYaml } = await import('./parse-yaml.ts')
  return { ...source, parseYaml }
}
