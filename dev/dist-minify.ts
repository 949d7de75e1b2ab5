import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type JsMinifyOptions, minify } from '@swc/core'

// ncc's own `--minify` reaches index.js alone, and not the chunks that index.js loads.

/**
 * Names of classes stay, as the AWS SDK compares `constructor.name`. Those of functions stay in scripts that have code
 * of src/, whose functions a stack trace that somebody reports has to name; packages are 3 % smaller without. The
 * comments that stay are those that minifiers keep by convention (`/*!`, `@license`); all other licence notices are in
 * notices.txt.
 * @param names whether functions keep theirs
 */
const options = (names: boolean): JsMinifyOptions => ({
  module: true,
  ecma: 2022,
  compress: { keep_classnames: true, keep_fnames: names },
  mangle: { keep_classnames: true, keep_fnames: names },
  format: { comments: 'some' },
})

/**
 * Minifies every script of a folder in place, and writes the licence notices of their comments to notices.txt.
 * @param ofPackages the names of the scripts whose functions may lose their names
 * @throws Error if a script cannot be parsed
 */
export async function minifyScripts(folder: string, ofPackages: ReadonlySet<string>): Promise<void> {
  const notices = new Set<string>()
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const file = path.join(folder, name)
    const code = readFileSync(file, 'utf8')
    for (const notice of licenceNotices(code)) notices.add(notice)
    const minified = await minify(code, options(!ofPackages.has(name)))
    writeFileSync(file, `${minified.code.trimEnd()}\n`)
  }
  const head =
    'Licence notices in comments of the bundled code. The scripts beside this file are minified, which removes most\n' +
    'comments, so the notices are collected here. The licences of whole packages are in licenses.txt.\n'
  writeFileSync(path.join(folder, 'notices.txt'), [head, ...notices].join('\n'))
}

/** A block comment that begins its line, or adjoining lines that are comments. */
const COMMENT = /^[ \t]*\/\*.*?\*\/|(?:^[ \t]*\/\/[^\n]*(?:\n|$))+/gms
const NOTICE = /copyright|licen[cs]ed|@licen[cs]e|\b(?:MIT|BSD|ISC|Apache)\b.*licen[cs]e|\(c\) /i

/**
 * The comments of a script that say whose it is and under which licence, without the marks of comments and without
 * indentation, each with a line end.
 */
export function licenceNotices(code: string): string[] {
  return [...code.matchAll(COMMENT)]
    .map(([comment]) => comment)
    .filter((comment) => NOTICE.test(comment))
    .map((comment) => {
      const lines = comment
        .replace(/\*\/\s*$/, '')
        .split('\n')
        .map((line) => line.replace(/^\s*(?:\/\*[*!]?|\*|\/\/)/, '').trim())
      return `${lines.join('\n').trim()}\n`
    })
}
