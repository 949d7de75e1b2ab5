/**
 * Dates by Moment's format tokens (https://momentjs.com/docs/#/displaying/format/) in English, in any time zone
 * that the JavaScript engine knows. No light library has Moment's tokens: day.js, date-fns and Luxon each differ
 * in some, and Moment itself brings its own copy of the time-zone database.
 */

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')
const DAY = 86_400_000

const TOKENS =
  /\[[^[]*\]|\\?(?:[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do|wo|ww?|Wo|WW?|Qo?|N{1,5}|YYYYYY|YYYYY|YYYY|YY|Y|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|[\s\S])/g
const SHORTHANDS = /\[[^[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})/g

const LONG: Readonly<Record<string, string>> = {
  LT: 'h:mm A',
  LTS: 'h:mm:ss A',
  L: 'MM/DD/YYYY',
  LL: 'MMMM D, YYYY',
  LLL: 'MMMM D, YYYY h:mm A',
  LLLL: 'dddd, MMMM D, YYYY h:mm A',
  l: 'M/D/YYYY',
  ll: 'MMM D, YYYY',
  lll: 'MMM D, YYYY h:mm A',
  llll: 'ddd, MMM D, YYYY h:mm A',
}

/** A point in time, and what a clock on the wall of the zone shows then. */
interface Moment {
  readonly instant: Date
  /** The wall clock's fields, as those of a UTC date. */
  readonly wall: Date
  readonly offsetMinutes: number
}

/** Whether the JavaScript engine knows a time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return zone !== ''
  } catch {
    return false
  }
}

/**
 * What is wrong with a format in a time zone; null if it can be rendered at any time.
 */
export function dateProblem(format: string, zone: string): string | null {
  if (!isTimeZone(zone)) return `tz='${zone}' is not a time zone, such as 'UTC' or 'Asia/Seoul'`
  const named = (expand(format).match(TOKENS) ?? []).some((token) => token === 'z' || token === 'zz')
  // Engines know the letters of few zones (EST, but not KST): a tag must not depend on that.
  if (named && !isUtc(zone))
    return `the token z, a zone's abbreviation, is only known for UTC; use ZZ (${zone}'s offset)`
  return null
}

/**
 * @param instant a valid date of the years 1000 to 9999
 * @param format of Moment's tokens; empty for ISO 8601
 * @param zone one that isTimeZone knows
 */
export function formatDate(instant: Date, format: string, zone: string): string {
  const moment = onTheWall(instant, zone)
  const iso = moment.offsetMinutes === 0 ? 'YYYY-MM-DDTHH:mm:ss[Z]' : 'YYYY-MM-DDTHH:mm:ssZ'
  return expand(format === '' ? iso : format).replace(TOKENS, (token) => {
    const value = field(token, moment)
    if (value !== null) return value
    return token.startsWith('[') && token.length > 1 ? token.slice(1, -1) : token.replaceAll('\\', '')
  })
}

/** The letters L to LLLL, l to llll, LT and LTS stand for whole formats. */
function expand(format: string): string {
  return format.replace(SHORTHANDS, (token) => (Object.hasOwn(LONG, token) ? (LONG[token] as string) : token))
}

function isUtc(zone: string): boolean {
  return /^(?:Etc\/)?(?:UTC|UCT|Zulu|Universal)$/i.test(zone)
}

function onTheWall(instant: Date, zone: string): Moment {
  if (isUtc(zone)) return { instant, wall: instant, offsetMinutes: 0 }
  const parts = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant)
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value)
  const wall = new Date(0)
  wall.setUTCFullYear(part('year'), part('month') - 1, part('day'))
  wall.setUTCHours(part('hour'), part('minute'), part('second'), instant.getUTCMilliseconds())
  return { instant, wall, offsetMinutes: Math.round((wall.getTime() - instant.getTime()) / 60_000) }
}

/** A token's value, or null for one that stands for itself. */
function field(token: string, { instant, wall, offsetMinutes }: Moment): string | null {
  const year = wall.getUTCFullYear()
  const month = wall.getUTCMonth()
  const day = wall.getUTCDate()
  const weekday = wall.getUTCDay()
  const hour = wall.getUTCHours()
  const minute = wall.getUTCMinutes()
  const second = wall.getUTCSeconds()
  const hour12 = hour % 12 || 12
  const isoWeekday = weekday || 7
  const yearDay = Math.floor((wall.getTime() - yearStart(year)) / DAY) + 1
  switch (token) {
    case 'M':
    case 'MM':
      return pad(month + 1, token.length)
    case 'Mo':
      return ordinal(month + 1)
    case 'MMM':
      return (MONTHS[month] as string).slice(0, 3)
    case 'MMMM':
      return MONTHS[month] as string
    case 'Q':
      return String(Math.floor(month / 3) + 1)
    case 'Qo':
      return ordinal(Math.floor(month / 3) + 1)
    case 'D':
    case 'DD':
      return pad(day, token.length)
    case 'Do':
      return ordinal(day)
    case 'DDD':
      return String(yearDay)
    case 'DDDD':
      return pad(yearDay, 3)
    case 'DDDo':
      return ordinal(yearDay)
    case 'd':
    case 'e':
      return String(weekday)
    case 'do':
      return ordinal(weekday)
    case 'dd':
    case 'ddd':
      return (WEEKDAYS[weekday] as string).slice(0, token.length)
    case 'dddd':
      return WEEKDAYS[weekday] as string
    case 'E':
      return String(isoWeekday)
    case 'w':
    case 'ww':
      return pad(localWeek(wall).week, token.length)
    case 'wo':
      return ordinal(localWeek(wall).week)
    case 'W':
    case 'WW':
      return pad(isoWeek(wall).week, token.length)
    case 'Wo':
      return ordinal(isoWeek(wall).week)
    case 'YY':
      return pad(year % 100, 2)
    case 'Y':
      return pad(year, 4)
    case 'YYYY':
    case 'YYYYY':
      return pad(year, token.length)
    case 'YYYYYY':
      return `+${pad(year, 6)}`
    case 'y':
    case 'yy':
    case 'yyy':
    case 'yyyy':
      return pad(year, token.length)
    case 'yo':
      return ordinal(year)
    case 'N':
    case 'NN':
    case 'NNN':
    case 'NNNNN':
      return 'AD'
    case 'NNNN':
      return 'Anno Domini'
    case 'gg':
      return pad(localWeek(wall).year % 100, 2)
    case 'gggg':
    case 'ggggg':
      return pad(localWeek(wall).year, token.length)
    case 'GG':
      return pad(isoWeek(wall).year % 100, 2)
    case 'GGGG':
    case 'GGGGG':
      return pad(isoWeek(wall).year, token.length)
    case 'a':
      return hour < 12 ? 'am' : 'pm'
    case 'A':
      return hour < 12 ? 'AM' : 'PM'
    case 'H':
    case 'HH':
      return pad(hour, token.length)
    case 'h':
    case 'hh':
      return pad(hour12, token.length)
    case 'k':
    case 'kk':
      return pad(hour || 24, token.length)
    case 'm':
    case 'mm':
      return pad(minute, token.length)
    case 's':
    case 'ss':
      return pad(second, token.length)
    case 'Hmm':
      return `${hour}${pad(minute, 2)}`
    case 'Hmmss':
      return `${hour}${pad(minute, 2)}${pad(second, 2)}`
    case 'hmm':
      return `${hour12}${pad(minute, 2)}`
    case 'hmmss':
      return `${hour12}${pad(minute, 2)}${pad(second, 2)}`
    case 'X':
      return String(Math.floor(instant.getTime() / 1000))
    case 'x':
      return String(instant.getTime())
    case 'z':
    case 'zz':
      return 'UTC'
    case 'Z':
      return offset(offsetMinutes, ':')
    case 'ZZ':
      return offset(offsetMinutes, '')
  }
  return /^S{1,9}$/.test(token)
    ? pad(wall.getUTCMilliseconds(), 3).padEnd(9, '0').slice(0, token.length)
    : null
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

function ordinal(value: number): string {
  const teen = Math.floor((value % 100) / 10) === 1
  return value + (teen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th'))
}

function offset(minutes: number, separator: string): string {
  const absolute = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60), 2)}${separator}${pad(absolute % 60, 2)}`
}

function yearStart(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1)
}

/** A week belongs to the year that its Thursday is in, and starts on Monday (ISO 8601). */
function isoWeek(wall: Date): { week: number; year: number } {
  return weekOf(wall.getTime() + (4 - (wall.getUTCDay() || 7)) * DAY)
}

/** English weeks start on Sunday; the one with January 1 is the first, so a week's Saturday says its year. */
function localWeek(wall: Date): { week: number; year: number } {
  return weekOf(wall.getTime() + (6 - wall.getUTCDay()) * DAY)
}

function weekOf(decidingDay: number): { week: number; year: number } {
  const year = new Date(decidingDay).getUTCFullYear()
  return { week: Math.floor((decidingDay - yearStart(year)) / DAY / 7) + 1, year }
}
