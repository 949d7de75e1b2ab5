import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'

/** One GET request, trusting an authority that this process was not started with. */
export function request(
  url: string,
  headers: Readonly<Record<string, string>>,
  ca?: string,
): Promise<{ readonly status: number }> {
  const { get } = url.startsWith('https:') ? https : http
  const trust = ca === undefined ? {} : { ca: readFileSync(ca) }
  return new Promise((resolve, reject) => {
    get(url, { headers, ...trust }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0 })
    }).on('error', reject)
  })
}
