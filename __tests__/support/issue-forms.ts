import { parseDocument } from 'yaml'

/** The keys of a form, and whether it needs them. https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms#top-level-syntax */
const FORM: Keys = {
  name: 'required',
  description: 'required',
  body: 'required',
  assignees: 'optional',
  labels: 'optional',
  title: 'optional',
  projects: 'optional',
  type: 'optional',
}

/** The attributes of each kind of element. https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema#keys */
const ELEMENTS: Readonly<Record<string, Keys>> = {
  markdown: { value: 'required' },
  textarea: {
    label: 'required',
    description: 'optional',
    placeholder: 'optional',
    value: 'optional',
    render: 'optional',
  },
  input: { label: 'required', description: 'optional', placeholder: 'optional', value: 'optional' },
  dropdown: {
    label: 'required',
    description: 'optional',
    multiple: 'optional',
    options: 'required',
    default: 'optional',
  },
  checkboxes: { label: 'required', description: 'optional', options: 'required' },
}

type Keys = Readonly<Record<string, 'required' | 'optional'>>
type Fields = Readonly<Record<string, unknown>>

/** What is no text in a form. */
const NO_TEXT = /^(?:body|assignees|labels|projects|options|multiple|default|required)$/

/**
 * What GitHub would say of an issue form, by its list of errors: the keys, their types, what has to be told apart, and
 * words that it reserves. https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/common-validation-errors-when-creating-issue-forms
 * @returns empty if it takes the form
 */
export function problemsInForm(text: string): string[] {
  const document = parseDocument(text)
  if (document.errors.length > 0) return document.errors.map(({ message }) => message)
  const form: unknown = document.toJS()
  if (!isMap(form)) return ['it is no map']
  const body = Array.isArray(form['body']) ? (form['body'] as unknown[]) : []
  const elements = body.filter(isMap)
  return [
    ...problemsInKeys('', form, FORM),
    ...('body' in form && (elements.length < body.length || body.length === 0)
      ? ['body is no list of maps']
      : []),
    ...elements.flatMap((element, at) => problemsInElement(`body[${at}]`, element)),
    ...(elements.length > 0 && elements.every(({ type }) => type === 'markdown')
      ? ['body has only markdown']
      : []),
    ...twice(
      'ids',
      elements.map(({ id }) => id).filter((id) => id !== undefined),
    ),
    ...twice('labels', namesOf(elements)),
  ]
}

function problemsInElement(at: string, element: Fields): string[] {
  const { type } = element
  const attributes = isMap(element['attributes']) ? element['attributes'] : {}
  const keys = typeof type === 'string' && Object.hasOwn(ELEMENTS, type) ? ELEMENTS[type] : undefined
  if (keys === undefined) return [`${at}: ${String(type)} is no type of an element`]
  const permitted = type === 'markdown' ? [] : ['id', ...(type === 'checkboxes' ? [] : ['validations'])]
  const { id, validations = {} } = element
  const label = String(attributes['label'] ?? '')
  return [
    ...Object.keys(element)
      .filter((key) => !['type', 'attributes', ...permitted].includes(key))
      .map((key) => `${at}: ${key} is no key of ${type}`),
    ...problemsInKeys(`${at}: `, attributes, keys),
    ...(id === undefined || /^[\w-]+$/.test(String(id))
      ? []
      : [`${at}: id is not of letters, digits, - and _`]),
    ...(isMap(validations)
      ? problemsInKeys(`${at}: `, validations, { required: 'optional' })
      : [`${at}: no map`]),
    ...(/password/i.test(label) ? [`${at}: label has a word that GitHub forbids`] : []),
    ...('options' in attributes ? problemsInOptions(at, type as string, attributes['options']) : []),
  ]
}

function problemsInOptions(at: string, type: string, options: unknown): string[] {
  if (!Array.isArray(options) || options.length === 0) return [`${at}: options is no list`]
  const labels = type === 'checkboxes' ? options.map((option) => isMap(option) && option['label']) : options
  return [
    ...(labels.every((label) => isText(label)) ? [] : [`${at}: an option is no text`]),
    ...(labels.some((label) => /^none$/i.test(String(label))) ? [`${at}: None is reserved`] : []),
    ...twice(`${at}: options`, labels),
  ]
}

function problemsInKeys(at: string, given: Fields, keys: Keys): string[] {
  const missing = Object.keys(keys).filter((key) => keys[key] === 'required' && !(key in given))
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(keys, key))
  const notText = Object.keys(given).filter((key) => !NO_TEXT.test(key) && !isText(given[key]))
  const notBoolean = Object.keys(given).filter(
    (key) => /^(?:multiple|required)$/.test(key) && typeof given[key] !== 'boolean',
  )
  return [
    ...missing.map((key) => `${at}${key} is missing`),
    ...unknown.map((key) => `${at}${key} is no key`),
    ...notText.map((key) => `${at}${key} is no text`),
    ...notBoolean.map((key) => `${at}${key} is neither true nor false`),
  ]
}

/** How GitHub tells the fields apart: by the id, each of which is here once, or by the label as Rails' parameterize writes it. */
function namesOf(elements: readonly Fields[]): string[] {
  const seen = new Set<unknown>()
  const once = elements.filter(({ id }) => {
    const again = id !== undefined && seen.has(id)
    seen.add(id)
    return !again
  })
  return once.flatMap(({ id, type, attributes }) => {
    if (type === 'markdown' || !isMap(attributes)) return []
    const boxes = type === 'checkboxes' && Array.isArray(attributes['options']) ? attributes['options'] : []
    const labels = boxes.map((box) => (isMap(box) ? String(box['label']) : ''))
    const own = id === undefined ? String(attributes['label']) : String(id)
    return [own, ...labels].map((name) =>
      name
        .toLowerCase()
        .replace(/[^a-z0-9_-]+/g, '-')
        .replace(/^-+|-+$/g, ''),
    )
  })
}

function twice(what: string, names: readonly unknown[]): string[] {
  const again = names.filter((name, at) => names.indexOf(name) !== at)
  return again.map((name) => `${what} has ${String(name)} twice`)
}

const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown) => typeof value === 'string' && value.trim() !== ''
