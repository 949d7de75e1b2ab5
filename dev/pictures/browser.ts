import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { WIDTH } from './page.ts'

/** In milliseconds. A page that needs longer to draw itself has failed, and so has an answer of the browser. */
const LONGEST = 60_000

/** Chromium without a window, spoken to over two pipes. https://chromedevtools.github.io/devtools-protocol/ */
export class Browser {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #session: string | undefined
  #count = 0

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process
    this.#folder = folder
  }

  /** @param program as {@link chromium} gives it */
  static async start(program: string): Promise<Browser> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pictures-'))
    const options = [...OPTIONS, `--user-data-dir=${path.join(folder, 'profile')}`]
    const child = spawn(program, options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
    const browser = new Browser(child, folder)
    browser.#listen(child.stdio[4] as Readable)
    const { targetId } = await browser.#ask('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await browser.#ask('Target.attachToTarget', { targetId, flatten: true })
    browser.#session = String(sessionId)
    return browser
  }

  /**
   * Draws a page into a picture as high as the page.
   * @param name of the page, for an error
   * @param file where the picture goes, as PNG
   * @returns the page's HTML once it was drawn
   * @throws Error if the page does not draw itself
   */
  async draw(name: string, html: string, file: string): Promise<string> {
    const source = path.join(this.#folder, `${name}.html`)
    await writeFile(source, html)
    await this.#size(1000)
    await this.#ask('Page.navigate', { url: pathToFileURL(source).href })
    const title = await this.#titleOnceDrawn(name)
    const drawn = await this.#evaluate('document.documentElement.outerHTML')
    await this.#size(Number(title))
    const { data } = await this.#ask('Page.captureScreenshot', { format: 'png' })
    await writeFile(file, Buffer.from(String(data), 'base64'))
    return drawn
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await ended
    // Its other processes write into the profile for another moment.
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 10 })
  }

  async #titleOnceDrawn(name: string): Promise<string> {
    const end = performance.now() + LONGEST
    for (;;) {
      const title = await this.#evaluate('document.title')
      if (/^\d+$/.test(title)) return title
      if (title.startsWith('failed: ') || performance.now() > end) {
        throw new Error(`The page ${name} does not draw itself: ${title}`)
      }
      await sleep(50)
    }
  }

  async #evaluate(expression: string): Promise<string> {
    const { result } = await this.#ask('Runtime.evaluate', { expression, returnByValue: true })
    return String((result as { value?: unknown } | undefined)?.value ?? '')
  }

  async #size(height: number): Promise<void> {
    const metrics = { width: WIDTH, height, deviceScaleFactor: 1, mobile: false }
    await this.#ask('Emulation.setDeviceMetricsOverride', metrics)
  }

  /** @throws Error if the browser refuses, or does not answer in time */
  async #ask(method: string, params: object): Promise<Record<string, unknown>> {
    this.#count += 1
    const id = this.#count
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    const session = this.#session === undefined ? {} : { sessionId: this.#session }
    const input = this.#process.stdio[3] as Writable
    input.write(`${JSON.stringify({ id, method, params, ...session })}\0`)
    const late = sleep<Answer>(LONGEST, { error: { message: 'no answer' } }, { ref: false })
    const { result, error } = await Promise.race([answered, late])
    this.#waiting.delete(id)
    if (error !== undefined) throw new Error(`The browser does not do ${method}: ${error.message}`)
    return result ?? {}
  }

  #listen(output: Readable): void {
    let rest = ''
    output.setEncoding('utf8')
    output.on('data', (chunk: string) => {
      const messages = (rest + chunk).split('\0')
      rest = messages.pop() ?? ''
      for (const message of messages) {
        const answer = JSON.parse(message) as Answer
        if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer)
      }
    })
  }
}

interface Answer {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

const OPTIONS = [
  '--headless=new',
  '--remote-debugging-pipe',
  // In a container and as root there is no sandbox; the pages are this project's own.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--no-first-run',
]
