import { readFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { examplesIn } from '../../dev/docs.ts'
import { root } from '../../dev/root.ts'
import { ACCOUNT } from '../../dev/stage.ts'
import { publicAlias } from '../../local-ecr/index.ts'
import { inRecipe } from './recipes.ts'

/** The recipes that are run end to end, by the page and the heading under which each is. */
const RECIPES = {
  credentials: ['recipes', 'With configure-aws-credentials, and without'],
  public: ['recipes', 'Private and public'],
  immutable: ['recipes', 'Immutable tags'],
  cache: ['recipes', 'A cache'],
  console: ['migrate', "The console's push commands"],
  kciter: ['migrate', 'kciter/aws-ecr-action'],
  orb: ['migrate', "CircleCI's orb"],
} as const

export type RecipeName = keyof typeof RECIPES

export const recipeFile = (name: RecipeName): string => `recipes/${name}.yml`

/** The repository of a recipe, which is its own. */
export const repositoryOf = (name: RecipeName): string => `recipe/${name}`

/**
 * Each recipe as the whole workflow that it makes of image.yml, by the name of its file: the first one under its heading.
 * @throws Error for a heading without a workflow
 */
export function recipeFiles(): Record<string, string> {
  const names = Object.keys(RECIPES) as RecipeName[]
  return Object.fromEntries(names.map((name) => [recipeFile(name), workflowOf(name)]))
}

function workflowOf(name: RecipeName): string {
  const [page, heading] = RECIPES[name]
  const text = readFileSync(path.join(root, 'docs', `${page}.md`), 'utf8')
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const [block] = examplesIn(section).filter(({ language }) => language === 'yaml')
  if (block === undefined) throw new Error(`docs/${page}.md has no workflow under '${heading}'`)
  const own = block.text
    .replaceAll(/\b(?:demo-service|docker\/repo)\b/g, repositoryOf(name))
    .replace('public.ecr.aws/a1b2c3d4/', `public.ecr.aws/${publicAlias(ACCOUNT)}/`)
  return stringify(inRecipe(own))
}
