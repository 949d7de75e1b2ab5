export const id = 894;
export const ids = [894];
export const modules = {

/***/ 4022:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  gg: () => (/* binding */ DATES),
  M_: () => (/* binding */ GLOBAL),
  O7: () => (/* binding */ PEP440),
  HX: () => (/* binding */ SEMVER),
  wE: () => (/* binding */ compile),
  ru: () => (/* binding */ globalFunctions),
  TI: () => (/* binding */ needsCommitDate)
});

;// CONCATENATED MODULE: ./lib/metadata/dates.js
/**
 * Dates by Moment's format tokens (https://momentjs.com/docs/#/displaying/format/) in English, in any time zone
 * that the JavaScript engine knows. No light library has Moment's tokens: day.js, date-fns and Luxon each differ
 * in some, and Moment itself brings its own copy of the time-zone database.
 */
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const DAY = 86_400_000;
const TOKENS = /\[[^[]*\]|\\?(?:[Hh]mm(?:ss)?|Mo|MM?M?M?|Do|DDDo|DD?D?D?|ddd?d?|do|wo|ww?|Wo|WW?|Qo?|N{1,5}|YYYYYY|YYYYY|YYYY|YY|Y|y{2,4}|yo?|gg(?:ggg?)?|GG(?:GGG?)?|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|[\s\S])/g;
const SHORTHANDS = /\[[^[]*\]|\\?(?:LTS|LT|LL?L?L?|l{1,4})/g;
const LONG = {
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
};
/** Whether the JavaScript engine knows a time zone. */
function isTimeZone(zone) {
    try {
        new Intl.DateTimeFormat('en-US', { timeZone: zone });
        return zone !== '';
    }
    catch {
        return false;
    }
}
/**
 * What is wrong with a format in a time zone; null where it can be rendered at any time.
 */
function dateProblem(format, zone) {
    if (!isTimeZone(zone))
        return `tz='${zone}' is not a time zone, such as 'UTC' or 'Asia/Seoul'`;
    const named = (expand(format).match(TOKENS) ?? []).some((token) => token === 'z' || token === 'zz');
    // Engines know the letters of few zones (EST, but not KST): a tag must not depend on that.
    if (named && !isUtc(zone))
        return `the token z, a zone's abbreviation, is only known for UTC; use ZZ (${zone}'s offset)`;
    return null;
}
/**
 * @param instant a valid date of the years 1000 to 9999
 * @param format of Moment's tokens; empty for ISO 8601
 * @param zone one that isTimeZone knows
 */
function formatDate(instant, format, zone) {
    const moment = onTheWall(instant, zone);
    const iso = moment.offsetMinutes === 0 ? 'YYYY-MM-DDTHH:mm:ss[Z]' : 'YYYY-MM-DDTHH:mm:ssZ';
    return expand(format === '' ? iso : format).replace(TOKENS, (token) => {
        const value = field(token, moment);
        if (value !== null)
            return value;
        return token.startsWith('[') && token.length > 1 ? token.slice(1, -1) : token.replaceAll('\\', '');
    });
}
/** The letters L to LLLL, l to llll, LT and LTS stand for whole formats. */
function expand(format) {
    return format.replace(SHORTHANDS, (token) => (Object.hasOwn(LONG, token) ? LONG[token] : token));
}
function isUtc(zone) {
    return /^(?:Etc\/)?(?:UTC|UCT|Zulu|Universal)$/i.test(zone);
}
function onTheWall(instant, zone) {
    if (isUtc(zone))
        return { instant, wall: instant, offsetMinutes: 0 };
    const parts = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
    }).formatToParts(instant);
    const part = (type) => Number(parts.find((candidate) => candidate.type === type)?.value);
    const wall = new Date(0);
    wall.setUTCFullYear(part('year'), part('month') - 1, part('day'));
    wall.setUTCHours(part('hour'), part('minute'), part('second'), instant.getUTCMilliseconds());
    return { instant, wall, offsetMinutes: Math.round((wall.getTime() - instant.getTime()) / 60_000) };
}
/** A token's value, or null for one that stands for itself. */
function field(token, { instant, wall, offsetMinutes }) {
    const year = wall.getUTCFullYear();
    const month = wall.getUTCMonth();
    const day = wall.getUTCDate();
    const weekday = wall.getUTCDay();
    const hour = wall.getUTCHours();
    const minute = wall.getUTCMinutes();
    const second = wall.getUTCSeconds();
    const hour12 = hour % 12 || 12;
    const isoWeekday = weekday || 7;
    const yearDay = Math.floor((wall.getTime() - yearStart(year)) / DAY) + 1;
    switch (token) {
        case 'M':
        case 'MM':
            return pad(month + 1, token.length);
        case 'Mo':
            return ordinal(month + 1);
        case 'MMM':
            return MONTHS[month].slice(0, 3);
        case 'MMMM':
            return MONTHS[month];
        case 'Q':
            return String(Math.floor(month / 3) + 1);
        case 'Qo':
            return ordinal(Math.floor(month / 3) + 1);
        case 'D':
        case 'DD':
            return pad(day, token.length);
        case 'Do':
            return ordinal(day);
        case 'DDD':
            return String(yearDay);
        case 'DDDD':
            return pad(yearDay, 3);
        case 'DDDo':
            return ordinal(yearDay);
        case 'd':
        case 'e':
            return String(weekday);
        case 'do':
            return ordinal(weekday);
        case 'dd':
        case 'ddd':
            return WEEKDAYS[weekday].slice(0, token.length);
        case 'dddd':
            return WEEKDAYS[weekday];
        case 'E':
            return String(isoWeekday);
        case 'w':
        case 'ww':
            return pad(localWeek(wall).week, token.length);
        case 'wo':
            return ordinal(localWeek(wall).week);
        case 'W':
        case 'WW':
            return pad(isoWeek(wall).week, token.length);
        case 'Wo':
            return ordinal(isoWeek(wall).week);
        case 'YY':
            return pad(year % 100, 2);
        case 'Y':
            return pad(year, 4);
        case 'YYYY':
        case 'YYYYY':
            return pad(year, token.length);
        case 'YYYYYY':
            return `+${pad(year, 6)}`;
        case 'y':
        case 'yy':
        case 'yyy':
        case 'yyyy':
            return pad(year, token.length);
        case 'yo':
            return ordinal(year);
        case 'N':
        case 'NN':
        case 'NNN':
        case 'NNNNN':
            return 'AD';
        case 'NNNN':
            return 'Anno Domini';
        case 'gg':
            return pad(localWeek(wall).year % 100, 2);
        case 'gggg':
        case 'ggggg':
            return pad(localWeek(wall).year, token.length);
        case 'GG':
            return pad(isoWeek(wall).year % 100, 2);
        case 'GGGG':
        case 'GGGGG':
            return pad(isoWeek(wall).year, token.length);
        case 'a':
            return hour < 12 ? 'am' : 'pm';
        case 'A':
            return hour < 12 ? 'AM' : 'PM';
        case 'H':
        case 'HH':
            return pad(hour, token.length);
        case 'h':
        case 'hh':
            return pad(hour12, token.length);
        case 'k':
        case 'kk':
            return pad(hour || 24, token.length);
        case 'm':
        case 'mm':
            return pad(minute, token.length);
        case 's':
        case 'ss':
            return pad(second, token.length);
        case 'Hmm':
            return `${hour}${pad(minute, 2)}`;
        case 'Hmmss':
            return `${hour}${pad(minute, 2)}${pad(second, 2)}`;
        case 'hmm':
            return `${hour12}${pad(minute, 2)}`;
        case 'hmmss':
            return `${hour12}${pad(minute, 2)}${pad(second, 2)}`;
        case 'X':
            return String(Math.floor(instant.getTime() / 1000));
        case 'x':
            return String(instant.getTime());
        case 'z':
        case 'zz':
            return 'UTC';
        case 'Z':
            return offset(offsetMinutes, ':');
        case 'ZZ':
            return offset(offsetMinutes, '');
    }
    return /^S{1,9}$/.test(token)
        ? pad(wall.getUTCMilliseconds(), 3).padEnd(9, '0').slice(0, token.length)
        : null;
}
function pad(value, length) {
    return String(value).padStart(length, '0');
}
function ordinal(value) {
    const teen = Math.floor((value % 100) / 10) === 1;
    return value + (teen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th'));
}
function offset(minutes, separator) {
    const absolute = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60), 2)}${separator}${pad(absolute % 60, 2)}`;
}
function yearStart(year) {
    return new Date(0).setUTCFullYear(year, 0, 1);
}
/** A week belongs to the year that its Thursday is in, and starts on Monday (ISO 8601). */
function isoWeek(wall) {
    return weekOf(wall.getTime() + (4 - (wall.getUTCDay() || 7)) * DAY);
}
/** English weeks start on Sunday; the one with January 1 is the first, so a week's Saturday says its year. */
function localWeek(wall) {
    return weekOf(wall.getTime() + (6 - wall.getUTCDay()) * DAY);
}
function weekOf(decidingDay) {
    const year = new Date(decidingDay).getUTCFullYear();
    return { week: Math.floor((decidingDay - yearStart(year)) / DAY / 7) + 1, year };
}

// EXTERNAL MODULE: ./lib/metadata/template.js
var metadata_template = __webpack_require__(7071);
;// CONCATENATED MODULE: ./lib/metadata/expressions.js


/** In values, prefixes, suffixes, `enable`, labels and annotations. */
const GLOBAL = new Map([
    ['branch', 'plain'],
    ['tag', 'plain'],
    ['sha', 'plain'],
    ['base_ref', 'plain'],
    ['is_default_branch', 'plain'],
    ['is_not_default_branch', 'plain'],
    ['date', 'date'],
    ['commit_date', 'date'],
]);
/** In the pattern of `type=schedule`. */
const DATES = new Map([
    ['date', 'date'],
    ['commit_date', 'date'],
]);
/** In the pattern of `type=pep440`. */
const PEP440 = new Map(['version', 'raw', 'major', 'minor', 'patch'].map((name) => [name, 'plain']));
/** In the pattern of `type=semver`. */
const SEMVER = new Map([...PEP440, ['build', 'plain']]);
/**
 * A template whose dates can be rendered.
 * @throws TemplateError
 */
function compile(text, vocabulary) {
    const template = (0,metadata_template/* parseTemplate */.QC)(text, vocabulary);
    for (const part of template) {
        if (typeof part === 'string' || part.argument === null)
            continue;
        const problem = dateProblem(part.argument, zoneOf(part));
        if (problem !== null)
            throw new metadata_template/* TemplateError */.$w(`{{${part.name} '${part.argument}'}}: ${problem}`);
    }
    return template;
}
/** Whether a template needs the time of the commit. */
function needsCommitDate(template) {
    return (0,metadata_template/* calls */.Kr)(template, 'commit_date');
}
/** The values of GLOBAL, and so of DATES, for an event. */
function globalFunctions(scene) {
    return {
        branch: () => scene.branch ?? '',
        tag: () => scene.tag ?? '',
        sha: () => scene.shortSha,
        base_ref: () => scene.baseRef,
        is_default_branch: () => String(scene.isDefaultBranch),
        is_not_default_branch: () => String(!scene.isDefaultBranch),
        date: (expression) => formatDate(scene.now, expression.argument ?? '', zoneOf(expression)),
        commit_date: (expression) => formatDate(scene.commitDate, expression.argument ?? '', zoneOf(expression)),
    };
}
function zoneOf({ options }) {
    return options.get('tz') ?? 'UTC';
}


/***/ }),

/***/ 6265:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  wc: () => (/* reexport */ MetadataError),
  hu: () => (/* binding */ describeImage),
  o6: () => (/* binding */ findProblems),
  ws: () => (/* reexport */ readEventContext),
  Cb: () => (/* binding */ withoutTags)
});

// UNUSED EXPORTS: needsRepositoryData, parseTagRules

// EXTERNAL MODULE: ./lib/metadata/expressions.js + 1 modules
var expressions = __webpack_require__(4022);
// EXTERNAL MODULE: ./lib/metadata/template.js
var metadata_template = __webpack_require__(7071);
;// CONCATENATED MODULE: ./lib/metadata/labels.js


/** Reads the lines of `labels` or `annotations`, and notes those whose expressions are wrong. */
function readLabelLines(input, lines, problems) {
    return lines.flatMap((text) => {
        try {
            const template = (0,expressions/* compile */.wE)(text, expressions/* GLOBAL */.M_);
            // A key that is all text can be checked without the event.
            const [first] = template;
            if (typeof first !== 'string' || splitLabel(first) !== null || keyMayGoOn(first, template)) {
                return [{ text, template }];
            }
            problems.add(input, text, NOT_A_LABEL);
        }
        catch (error) {
            if (!(error instanceof metadata_template/* TemplateError */.$w))
                throw error;
            problems.add(input, text, `${error.message}; \\{{ is kept as it is`);
        }
        return [];
    });
}
const NOT_A_LABEL = 'must be key=value, the key without spaces';
function keyMayGoOn(start, template) {
    return template.length > 1 && /^[^=\s]+$/.test(start);
}
/** Renders lines for an event. Of two with the same key, the later one counts. */
function renderLabels(input, lines, scene, problems) {
    const functions = (0,expressions/* globalFunctions */.ru)(scene);
    return lines.flatMap(({ text, template }) => {
        const label = splitLabel((0,metadata_template/* renderTemplate */.Xm)(template, functions));
        if (label === null)
            problems.add(input, text, NOT_A_LABEL);
        return label === null ? [] : [label];
    });
}
/**
 * The labels that describe an image's origin:
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md#pre-defined-annotation-keys
 */
function standardLabels(scene, version) {
    const { name, description, url, license } = scene.repository;
    const values = {
        created: scene.now.toISOString(),
        description,
        licenses: license,
        revision: scene.sha,
        source: url,
        title: name,
        url,
        version,
    };
    return Object.entries(values).map(([key, value]) => [`org.opencontainers.image.${key}`, value ?? '']);
}
// One language for every machine: the order must depend on the keys alone.
const alphabetical = new Intl.Collator('en');
/** The later one of each key, in alphabetical order. */
function mergeLabels(labels) {
    return [...new Map(labels)].sort(([one], [other]) => alphabetical.compare(one, other));
}
function splitLabel(text) {
    const match = /^([^=\s]+)=([\s\S]*)$/.exec(text);
    return match === null ? null : [match[1], match[2]];
}

;// CONCATENATED MODULE: ./lib/metadata/annotations.js

// buildx's own form: `index,manifest[linux/amd64]:key=value`.
const LEVEL = '(?:manifest|index)(?:-descriptor)?(?:\\[[A-Za-z0-9_/.-]+\\])?';
const LEVELLED = new RegExp(`^${LEVEL}(?:,${LEVEL})*:.`);
/**
 * Annotations as `buildx build --annotation` takes them: `level:key=value`.
 * @param standard those that every image has
 * @param own the user's; a key that names its levels keeps them
 * @param levels where those go that do not say so
 */
function levelAnnotations(standard, own, levels) {
    const levelled = own.filter(([key]) => LEVELLED.test(key));
    const others = mergeLabels([...standard, ...own.filter(([key]) => !LEVELLED.test(key))]);
    return [
        ...levels.flatMap((level) => others.map(([key, value]) => `${level}:${key}=${value}`)),
        ...levelled.map(([key, value]) => `${key}=${value}`),
    ];
}

// EXTERNAL MODULE: ./node_modules/csv-parse/lib/sync.js + 9 modules
var sync = __webpack_require__(5175);
;// CONCATENATED MODULE: ./lib/metadata/fields.js

/**
 * The fields of one line of `tags` or `flavor`: CSV, so that a quoted field may hold commas.
 * Empty fields (a comma too many) are left out.
 * @throws Error with what is wrong with the quotes
 */
function splitFields(line) {
    // Quotes are rare; without one, CSV is a split at the commas.
    const cells = line.includes('"') || line.includes('\n') ? parseLine(line) : line.split(',');
    return cells
        .map((cell) => cell.trim())
        .filter((cell) => cell !== '')
        .map((cell) => {
        // A key is a word: the `=` in {{date 'YYYY' tz='UTC'}} starts no value.
        const match = /^([a-zA-Z0-9_-]+)\s*=\s*/.exec(cell);
        if (match === null)
            return { key: null, value: cell };
        return { key: match[1].toLowerCase(), value: cell.slice(match[0].length) };
    });
}
function parseLine(line) {
    try {
        const rows = (0,sync/* parse */.qg)(line, { relax_column_count: true, skip_empty_lines: true });
        return rows[0] ?? [];
    }
    catch (error) {
        const code = error.code;
        const reason = code === 'INVALID_OPENING_QUOTE'
            ? 'a quote stands inside of a field'
            : 'a quote is not closed, or not alone';
        throw new Error(`is not CSV: ${reason}; quote a whole field ("value=a,b"), and use single quotes in expressions`);
    }
}

;// CONCATENATED MODULE: ./lib/metadata/problems.js
/** All that is wrong with tags, flavor, labels and annotations, at once. */
class MetadataError extends Error {
    name = 'MetadataError';
    problems;
    constructor(problems) {
        super(problems.map(({ input, value, message }) => `${input}: '${value}': ${message}`).join('\n'));
        this.problems = problems;
    }
}
/** Collects problems, so that all are reported at once. */
class problems_Problems {
    #found = [];
    get found() {
        return this.#found;
    }
    add(input, value, message) {
        this.#found.push({ input, value, message });
    }
    /** @throws MetadataError where there is one */
    throwIfAny() {
        if (this.#found.length > 0)
            throw new MetadataError(this.#found);
    }
}

;// CONCATENATED MODULE: ./lib/metadata/flavor.js




/**
 * The input `flavor`.
 * @throws MetadataError with each line and attribute that is wrong, and what is allowed
 */
function parseFlavor(lines) {
    const problems = new Problems();
    const flavor = readFlavor(lines, problems);
    problems.throwIfAny();
    return flavor;
}
/** As parseFlavor, with problems collected. */
function readFlavor(lines, problems) {
    const flavor = {
        latest: 'auto',
        prefix: [],
        suffix: [],
        prefixOnLatest: false,
        suffixOnLatest: false,
    };
    for (const line of lines) {
        try {
            readLine(splitFields(line), flavor, (message) => problems.add('flavor', line, message));
        }
        catch (error) {
            problems.add('flavor', line, error.message);
        }
    }
    return flavor;
}
function readLine(fields, flavor, problem) {
    let affix = null;
    for (const { key, value } of fields) {
        switch (key) {
            case 'latest':
                if (value === 'auto' || value === 'true' || value === 'false')
                    flavor.latest = value;
                else
                    problem(`latest '${value}' must be auto, true or false`);
                break;
            case 'prefix':
            case 'suffix':
                affix = key;
                try {
                    flavor[key] = (0,expressions/* compile */.wE)(value, expressions/* GLOBAL */.M_);
                }
                catch (error) {
                    if (!(error instanceof metadata_template/* TemplateError */.$w))
                        throw error;
                    problem(`${key}: ${error.message}`);
                }
                break;
            case 'onlatest':
                if (affix === null)
                    problem('onlatest must follow a prefix or suffix in the same line');
                else if (value === 'true' || value === 'false')
                    flavor[`${affix}OnLatest`] = value === 'true';
                else
                    problem(`onlatest '${value}' must be true or false`);
                break;
            case null:
                problem(`'${value}' must be latest=, prefix=, suffix= or onlatest=`);
                break;
            default:
                problem(`attribute '${key}' is not known; it can be latest, prefix, suffix or onlatest`);
        }
    }
}

// EXTERNAL MODULE: ./lib/metadata/payload.js
var metadata_payload = __webpack_require__(4907);
;// CONCATENATED MODULE: ./lib/metadata/repository.js

/** Whether the payload lacks what the labels need: scheduled events have no repository in it, some no license. */
function needsRepositoryData(context) {
    const repository = (0,metadata_payload/* valueAt */.f)(context.payload, 'repository');
    return ['description', 'license'].some((key) => (0,metadata_payload/* valueAt */.f)(repository, key) === undefined);
}
/** The repository by the payload, by what was looked up, and by the run's own variables, in this order. */
function describeRepository(context, found) {
    const payload = (0,metadata_payload/* valueAt */.f)(context.payload, 'repository');
    const { repository, serverUrl } = context;
    return {
        name: (0,metadata_payload/* textAt */.$)(payload, 'name') ?? found?.name ?? repository.slice(repository.indexOf('/') + 1),
        description: (0,metadata_payload/* textAt */.$)(payload, 'description') ?? found?.description ?? null,
        url: (0,metadata_payload/* textAt */.$)(payload, 'html_url') ?? found?.url ?? (repository === '' ? null : `${serverUrl}/${repository}`),
        license: (0,metadata_payload/* textAt */.$)(payload, 'license', 'spdx_id') ?? found?.license ?? null,
        defaultBranch: (0,metadata_payload/* textAt */.$)(payload, 'default_branch') ?? found?.defaultBranch ?? null,
    };
}

;// CONCATENATED MODULE: ./lib/metadata/regexp.js
/** @returns the expression, or what is wrong with it */
function compileRegExp(source, flags) {
    try {
        new RegExp(source, flags);
        return { source, flags };
    }
    catch (error) {
        return error.message.replace(/^Invalid regular expression: /, '');
    }
}
/** How many groups an expression captures. */
function countGroups({ source, flags }) {
    // An empty alternative matches at once, whatever the rest is.
    return (new RegExp(`${source}|`, flags.replace(/[gy]/g, '')).exec('')?.length ?? 1) - 1;
}

;// CONCATENATED MODULE: ./lib/metadata/sanitize.js
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests (<reference> as a tag)
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const TAG_RULE = 'a tag is 1 to 128 letters, digits, underscores, dots and hyphens, and does not start with a dot or a hyphen';
/** Whether ECR takes a text as a tag. */
function isTag(text) {
    return TAG.test(text);
}
/** Whether each character may be in a tag, wherever it stands. */
function hasTagCharactersOnly(text) {
    return /^[a-zA-Z0-9._-]*$/.test(text);
}
/** A run of characters that no tag may hold becomes one hyphen. The result may still be no tag: see isTag. */
function sanitizeTag(text) {
    return text.replace(/[^a-zA-Z0-9._-]+/g, '-');
}

;// CONCATENATED MODULE: ./lib/metadata/rules.js






const PRIORITY = {
    schedule: 1000,
    semver: 900,
    pep440: 900,
    match: 800,
    edge: 700,
    ref: 600,
    raw: 200,
    sha: 100,
};
const COMMON = ['enable', 'priority', 'prefix', 'suffix'];
const ATTRIBUTES = {
    schedule: ['pattern'],
    semver: ['pattern', 'value', 'match'],
    pep440: ['pattern', 'value', 'match'],
    match: ['pattern', 'group', 'value'],
    edge: ['branch'],
    ref: ['event'],
    raw: ['value'],
    sha: ['format'],
};
/**
 * The rules of the input `tags`, in order of priority; of the same priority, as given.
 * @param lines the input's items: plain tags and `type=…` rules
 * @throws MetadataError with each rule and attribute that is wrong, and what is allowed
 */
function parseTagRules(lines) {
    const problems = new Problems();
    const rules = readTagRules(lines, problems);
    problems.throwIfAny();
    return rules;
}
/** As parseTagRules, with problems collected and the rules that have none returned. */
function readTagRules(lines, problems) {
    return lines
        .flatMap((line) => rules_readLine(line.trim(), problems))
        .sort((one, other) => other.priority - one.priority);
}
function rules_readLine(line, problems) {
    let fields;
    try {
        fields = splitFields(line);
    }
    catch (error) {
        problems.add('tags', line, error.message);
        return [];
    }
    // As in docker/build-push-action, several plain tags may share a line.
    const lines = fields.every(({ key }) => key === null) ? fields.map((field) => [field]) : [fields];
    return lines.flatMap((own) => {
        const text = lines.length > 1 ? (own[0]?.value ?? '') : line;
        const reader = new RuleReader(text, own, problems);
        const rule = reader.read();
        return rule === null ? [] : [rule];
    });
}
/** Reads one rule's attributes, and notes everything that is wrong with them. */
class RuleReader {
    #text;
    #given = new Map();
    #problems;
    #sound = true;
    constructor(text, fields, problems) {
        this.#text = text;
        this.#problems = problems;
        for (const { key, value } of fields)
            this.#given.set(key ?? 'value', value);
    }
    read() {
        const type = this.#given.get('type') ?? 'raw';
        if (!isType(type)) {
            this.#problem(`type '${type}' is not known; it can be ${list(Object.keys(ATTRIBUTES))}`);
            return null;
        }
        this.#checkNames(type);
        const rule = this.#readType(type, {
            text: this.#text,
            enable: this.#template('enable', expressions/* GLOBAL */.M_) ?? ['true'],
            priority: this.#number('priority', PRIORITY[type]),
            prefix: this.#template('prefix', expressions/* GLOBAL */.M_),
            suffix: this.#template('suffix', expressions/* GLOBAL */.M_),
        });
        return this.#sound ? rule : null;
    }
    #readType(type, common) {
        switch (type) {
            case 'schedule':
                return { ...common, type, pattern: this.#template('pattern', expressions/* DATES */.gg) ?? ['nightly'] };
            case 'semver':
                return { ...common, type, ...this.#versionAttributes(expressions/* SEMVER */.HX) };
            case 'pep440':
                return { ...common, type, ...this.#versionAttributes(expressions/* PEP440 */.O7) };
            case 'match':
                return { ...common, type, ...this.#matchAttributes() };
            case 'edge':
                return { ...common, type, branch: this.#given.get('branch') || null };
            case 'ref': {
                const event = this.#choice('event', ['branch', 'tag', 'pr'], null);
                const prefix = common.prefix ?? (event === 'pr' ? ['pr-'] : null);
                return { ...common, type, event, prefix };
            }
            case 'raw': {
                if (!this.#given.has('type'))
                    this.#checkPlain(this.#given.get('value') ?? '');
                this.#require('value');
                return { ...common, type, value: this.#template('value', expressions/* GLOBAL */.M_) ?? [] };
            }
            case 'sha': {
                const format = this.#choice('format', ['short', 'long'], 'short');
                return { ...common, type, format, prefix: common.prefix ?? ['sha-'] };
            }
        }
    }
    #versionAttributes(vocabulary) {
        this.#require('pattern');
        const match = this.#given.get('match');
        const regexp = match ? this.#regexp('match', match) : null;
        if (regexp !== null && countGroups(regexp) === 0) {
            this.#problem(`match '${match}' needs a group around the version: v(\\d+\\.\\d+\\.\\d+)`);
        }
        return {
            pattern: this.#template('pattern', vocabulary) ?? [],
            value: this.#given.get('value') ? this.#template('value', expressions/* GLOBAL */.M_) : null,
            match: regexp,
        };
    }
    #matchAttributes() {
        this.#require('pattern');
        const given = this.#given.get('pattern') ?? '';
        const delimited = /^\/(.+)\/(.*)$/.exec(given);
        const pattern = this.#regexp('pattern', delimited?.[1] ?? given, delimited?.[2] ?? '');
        const group = this.#given.get('group') ?? '0';
        if (!/^\d{1,3}$/.test(group)) {
            this.#problem(`group '${group}' must be a whole number: 0 for the whole match, 1 for the first group`);
        }
        return {
            pattern: pattern ?? { source: '', flags: '' },
            group: Number(group),
            value: this.#given.get('value') ? this.#template('value', expressions/* GLOBAL */.M_) : null,
        };
    }
    #checkNames(type) {
        const allowed = [...ATTRIBUTES[type], ...COMMON];
        for (const name of this.#given.keys()) {
            if (name === 'type' || allowed.includes(name))
                continue;
            const what = name === 'value' && !this.#text.includes('value') ? 'a value' : `an attribute '${name}'`;
            this.#problem(`type=${type} does not have ${what}; it can have ${list(allowed)}`);
        }
    }
    /** What the user typed must be a tag already; what an expression brings in is sanitised. */
    #checkPlain(value) {
        if (hasTagCharactersOnly(value.replace(/\{\{[^{}]*\}\}/g, '')))
            return;
        const name = value.slice(value.lastIndexOf(':') + 1);
        const hint = value.includes('/') && value.includes(':') && name !== '' && hasTagCharactersOnly(name)
            ? `; give the tag alone (${name}): the registry and the repository are added to it`
            : '; type=raw,value=… replaces other characters with hyphens';
        this.#problem(TAG_RULE + hint);
    }
    #require(name) {
        if (!this.#given.has(name)) {
            this.#problem(`type=${this.#given.get('type') ?? 'raw'} needs the attribute '${name}'`);
        }
    }
    #template(name, vocabulary) {
        const value = this.#given.get(name);
        if (value === undefined)
            return null;
        try {
            const template = (0,expressions/* compile */.wE)(value, vocabulary);
            const constant = template.every((part) => typeof part === 'string');
            if (name === 'enable' && constant && value !== 'true' && value !== 'false') {
                this.#problem(`enable '${value}' must be true or false`);
            }
            return template;
        }
        catch (error) {
            if (!(error instanceof metadata_template/* TemplateError */.$w))
                throw error;
            this.#problem(`${name}: ${error.message}`);
            return null;
        }
    }
    #regexp(name, source, flags = '') {
        const found = compileRegExp(source, flags);
        if (typeof found !== 'string')
            return found;
        this.#problem(`${name} '${source}' is not a regular expression: ${found}`);
        return null;
    }
    #number(name, fallback) {
        const value = this.#given.get(name);
        if (value === undefined)
            return fallback;
        if (!/^[+-]?\d{1,9}(?:\.\d{1,9})?$/.test(value))
            this.#problem(`${name} '${value}' must be a number`);
        return Number(value);
    }
    #choice(name, allowed, fallback) {
        const value = this.#given.get(name);
        const chosen = allowed.find((candidate) => candidate === value);
        if (chosen !== undefined)
            return chosen;
        if (value === undefined && fallback === null) {
            this.#problem(`type=${this.#given.get('type')} needs the attribute '${name}'; it can be ${list(allowed)}`);
        }
        else if (value !== undefined) {
            this.#problem(`${name} '${value}' is not known; it can be ${list(allowed)}`);
        }
        return fallback ?? allowed[0];
    }
    #problem(message) {
        this.#sound = false;
        this.#problems.add('tags', this.#text, message);
    }
}
function isType(type) {
    return Object.hasOwn(ATTRIBUTES, type);
}
function list(names) {
    return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

;// CONCATENATED MODULE: ./lib/metadata/scene.js

/**
 * The ref and the commit that images are named after. A `pull_request_target` run has those of the base branch,
 * which must not lend its name to a pull request's image.
 */
function namedCommit(context) {
    const { eventName, payload } = context;
    let { ref, sha } = context;
    if (eventName.includes('pull_request_target')) {
        const number = (0,metadata_payload/* valueAt */.f)(payload, 'number') ?? (0,metadata_payload/* valueAt */.f)(payload, 'pull_request', 'number');
        ref = Number.isSafeInteger(number) ? `refs/pull/${number}/merge` : '';
    }
    if (context.prHeadSha && eventName.includes('pull_request')) {
        sha = (0,metadata_payload/* textAt */.$)(payload, 'pull_request', 'head', 'sha') || sha;
    }
    return { ref, sha };
}
/** When the commit was made, by the payload; null where it does not say so. */
function commitDateInPayload(payload, sha) {
    const commits = (0,metadata_payload/* valueAt */.f)(payload, 'commits');
    const candidates = Array.isArray(commits) ? [...commits] : [];
    candidates.push((0,metadata_payload/* valueAt */.f)(payload, 'head_commit'));
    for (const commit of candidates) {
        const timestamp = (0,metadata_payload/* textAt */.$)(commit, 'timestamp');
        if (timestamp !== null && (0,metadata_payload/* textAt */.$)(commit, 'id') === sha)
            return usableDate(new Date(timestamp));
    }
    return null;
}
/** The date where its year has four digits in every time zone, or null. */
function usableDate(date) {
    const time = date.getTime();
    return time >= Date.UTC(1000, 0, 2) && time < Date.UTC(9999, 11, 31) ? date : null;
}
/** @param commitDate null where nobody knows: the current time stands in, as in docker/metadata-action */
function readScene(context, repository, commitDate) {
    const { ref, sha } = namedCommit(context);
    const branch = after(ref, 'refs/heads/');
    const tag = after(ref, 'refs/tags/');
    const pull = after(ref, 'refs/pull/');
    return {
        eventName: context.eventName,
        sha,
        shortSha: sha.slice(0, context.shortShaLength),
        ref,
        branch,
        tag,
        pullRequest: pull?.replace(/\/merge$/, '') ?? null,
        baseRef: baseRef(context.payload, tag !== null, pull !== null),
        isDefaultBranch: isDefaultBranch(context, branch ?? ref),
        now: context.now,
        commitDate: commitDate ?? context.now,
        repository,
    };
}
function after(ref, prefix) {
    return ref.startsWith(prefix) ? ref.slice(prefix.length) : null;
}
function baseRef(payload, isTag, isPull) {
    const ofTag = isTag ? (0,metadata_payload/* textAt */.$)(payload, 'base_ref') : null;
    if (ofTag !== null)
        return ofTag.replace(/^refs\/heads\//, '');
    return (isPull ? (0,metadata_payload/* textAt */.$)(payload, 'pull_request', 'base', 'ref') : null) ?? '';
}
// Such events always run on the default branch's last commit:
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
const ON_DEFAULT_BRANCH = /create|discussion|issues|schedule/;
function isDefaultBranch({ eventName, payload }, name) {
    if (name === '')
        return false;
    return (0,metadata_payload/* textAt */.$)(payload, 'repository', 'default_branch') === name || ON_DEFAULT_BRANCH.test(eventName);
}

;// CONCATENATED MODULE: ./lib/metadata/types/simple.js


/** `type=schedule`: `nightly`, or a date, for scheduled events. */
function evaluateSchedule(rule, scene) {
    if (!scene.eventName.includes('schedule'))
        return null;
    return { value: (0,metadata_template/* renderTemplate */.Xm)(rule.pattern, (0,expressions/* globalFunctions */.ru)(scene)), latest: false };
}
/** `type=edge`: the last commit of a branch, by default of the default one. */
function evaluateEdge(rule, scene) {
    if (scene.branch === null)
        return null;
    const branch = rule.branch ?? scene.repository.defaultBranch;
    if (branch === null) {
        return { warning: `${rule.text}: GitHub does not say which branch is the default one; give branch=…` };
    }
    return scene.branch === branch ? { value: 'edge', latest: false } : null;
}
/** `type=ref`: the name of the branch or tag, or the pull request's number. */
function evaluateRef(rule, scene) {
    const value = { branch: scene.branch, tag: scene.tag, pr: scene.pullRequest }[rule.event];
    return value === null ? null : { value, latest: rule.event === 'tag' };
}
/** `type=raw`, and a plain tag: what the user wrote. */
function evaluateRaw(rule, scene) {
    return { value: (0,metadata_template/* renderTemplate */.Xm)(rule.value, (0,expressions/* globalFunctions */.ru)(scene)), latest: false };
}
/** `type=sha`: the commit. */
function evaluateSha(rule, scene) {
    if (scene.sha === '')
        return null;
    return { value: rule.format === 'short' ? scene.shortSha : scene.sha, latest: false };
}

;// CONCATENATED MODULE: ./lib/metadata/evaluate.js

// Libraries of versions and the sandbox of regular expressions are loaded by the rules that need them.
const EVALUATE = {
    schedule: evaluateSchedule,
    edge: evaluateEdge,
    ref: evaluateRef,
    raw: evaluateRaw,
    sha: evaluateSha,
    semver: async (rule, scene) => (await __webpack_require__.e(/* import() */ 51).then(__webpack_require__.bind(__webpack_require__, 8051))).evaluateSemver(rule, scene),
    pep440: async (rule, scene) => (await __webpack_require__.e(/* import() */ 356).then(__webpack_require__.bind(__webpack_require__, 9356))).evaluatePep440(rule, scene),
    match: async (rule, scene) => (await __webpack_require__.e(/* import() */ 682).then(__webpack_require__.bind(__webpack_require__, 3682))).evaluateMatch(rule, scene),
};
/** What a rule makes of an event. */
async function evaluate(rule, scene) {
    const own = EVALUATE[rule.type];
    return own(rule, scene);
}

;// CONCATENATED MODULE: ./lib/metadata/tags.js




/** The rules where the user gave none: docker/metadata-action's, and the whole commit. */
const DEFAULT_RULES = [
    'type=schedule',
    'type=ref,event=branch',
    'type=ref,event=tag',
    'type=ref,event=pr',
    'type=sha,format=long,prefix=,suffix=',
];
/**
 * Applies rules to an event.
 * @param isDefault whether the rules are ours: then an impossible name (a long branch's) is left out with a
 *   warning, and moving tags are marked; the user's own rules must give tags, and those are never moving
 */
async function deriveTags(rules, flavor, scene, isDefault, problems, warnings) {
    const given = [];
    let latest = null;
    const functions = (0,expressions/* globalFunctions */.ru)(scene);
    const render = (template) => (0,metadata_template/* renderTemplate */.Xm)(template, functions);
    for (const rule of rules) {
        const enabled = render(rule.enable);
        if (enabled !== 'true') {
            if (enabled !== 'false')
                problems.add('tags', rule.text, `enable '${enabled}' must be true or false`);
            continue;
        }
        const outcome = await evaluateSafely(rule, scene, problems);
        if (outcome === null)
            continue;
        if ('warning' in outcome) {
            warnings.add(outcome.warning);
            continue;
        }
        const text = render(rule.prefix ?? flavor.prefix) + outcome.value + render(rule.suffix ?? flavor.suffix);
        if (text === '')
            continue;
        const tag = sanitizeTag(text);
        if (!isTag(tag)) {
            const message = invalidTag(tag);
            if (isDefault)
                warnings.add(`The default rule ${rule.text} is left out: it ${message}`);
            else
                problems.add('tags', rule.text, message);
            continue;
        }
        given.push({ tag, rule });
        latest ??= flavor.latest === 'auto' ? outcome.latest : flavor.latest === 'true';
    }
    const latestName = latest ? nameLatest(flavor, render, problems) : null;
    return arrange(given, latestName, flavor, isDefault);
}
/** Notes a name that no event can make right, since there is no expression in it. */
function checkLiteralTag(rule, flavor, problems) {
    if (rule.type !== 'raw' || rule.enable.join('') !== 'true')
        return;
    const parts = [rule.prefix ?? flavor.prefix, rule.value, rule.suffix ?? flavor.suffix].flat();
    if (!parts.every((part) => typeof part === 'string'))
        return;
    const tag = sanitizeTag(parts.join(''));
    if (tag !== '' && !isTag(tag))
        problems.add('tags', rule.text, invalidTag(tag));
}
function invalidTag(tag) {
    return `gives '${tag}' (${tag.length} characters); ${TAG_RULE}`;
}
/** A regular expression that does not end is the rule's fault, not a crash. */
async function evaluateSafely(rule, scene, problems) {
    try {
        return await evaluate(rule, scene);
    }
    catch (error) {
        if (error.name !== 'SlowMatch')
            throw error;
        problems.add('tags', rule.text, 'takes too long to match; use a simpler regular expression');
        return null;
    }
}
function nameLatest(flavor, render, problems) {
    const prefix = flavor.prefixOnLatest ? render(flavor.prefix) : '';
    const suffix = flavor.suffixOnLatest ? render(flavor.suffix) : '';
    const name = sanitizeTag(`${prefix}latest${suffix}`);
    if (isTag(name))
        return name;
    problems.add('flavor', `${prefix}latest${suffix}`, `onlatest gives '${name}'; ${TAG_RULE}`);
    return null;
}
function arrange(given, latest, flavor, isDefault) {
    const named = new Set(given.filter(({ rule }) => !isDefault || !isMoving(rule)).map(({ tag }) => tag));
    if (latest !== null && flavor.latest === 'true')
        named.add(latest);
    const byPriority = given.map(({ tag }) => tag);
    // The tag that names this commit and no other comes first: it is the one to deploy by.
    const commit = isDefault ? given.filter(({ rule }) => rule.type === 'sha').map(({ tag }) => tag) : [];
    const names = [...new Set([...commit, ...byPriority, ...(latest === null ? [] : [latest])])];
    return {
        names,
        version: byPriority[0] ?? '',
        moving: new Set(names.filter((name) => !named.has(name))),
    };
}
function isMoving(rule) {
    return rule.type === 'schedule' || (rule.type === 'ref' && rule.event !== 'tag');
}

;// CONCATENATED MODULE: ./lib/metadata/context.js

const context_LEVEL = /^(?:manifest|index|manifest-descriptor|index-descriptor)(?:\[[A-Za-z0-9_/.-]+\])?$/;
/**
 * The context from the environment that GitHub's runner and the user's `env:` set.
 * @param env the job's environment; the variables DOCKER_METADATA_… are those of docker/metadata-action
 * @param payload the parsed content of the file GITHUB_EVENT_PATH
 * @throws MetadataError naming each variable that holds nothing usable
 */
function readEventContext(env, payload, now) {
    const problems = new problems_Problems();
    const length = env['DOCKER_METADATA_SHORT_SHA_LENGTH'] || '7';
    if (!/^0*[1-9]\d{0,3}$/.test(length)) {
        problems.add('DOCKER_METADATA_SHORT_SHA_LENGTH', length, 'must be a whole number, such as 7');
    }
    const levels = env['DOCKER_METADATA_ANNOTATIONS_LEVELS'] || 'manifest';
    const annotationLevels = levels.split(',').map((level) => level.trim());
    if (!annotationLevels.every((level) => context_LEVEL.test(level))) {
        problems.add('DOCKER_METADATA_ANNOTATIONS_LEVELS', levels, 'must be a comma-separated list of manifest, index, manifest-descriptor and index-descriptor, each with a [platform] where wanted');
    }
    problems.throwIfAny();
    return {
        eventName: env['GITHUB_EVENT_NAME'] ?? '',
        sha: env['GITHUB_SHA'] ?? '',
        ref: env['GITHUB_REF'] ?? '',
        repository: env['GITHUB_REPOSITORY'] ?? '',
        serverUrl: env['GITHUB_SERVER_URL'] || 'https://github.com',
        payload,
        now,
        prHeadSha: /true/i.test(env['DOCKER_METADATA_PR_HEAD_SHA'] ?? ''),
        shortShaLength: Number(length),
        annotationLevels,
    };
}

;// CONCATENATED MODULE: ./lib/metadata/index.js













/**
 * What is wrong with the inputs whatever the event is. Loads no library and asks nobody.
 */
function findProblems(inputs) {
    const problems = new problems_Problems();
    parse(inputs, problems);
    return problems.found;
}
/**
 * Tags, labels and annotations for an event, as docker/metadata-action has them.
 * The same inputs and context give the same result; only `lookups` ask anybody, where the payload is not enough.
 * @throws MetadataError with all that is wrong with the inputs
 */
async function describeImage(inputs, context, lookups = {}) {
    const problems = new problems_Problems();
    const plan = parse(inputs, problems);
    problems.throwIfAny();
    const warnings = new Set();
    const scene = await gather(plan, context, lookups, warnings);
    const tags = await deriveTags(plan.rules, plan.flavor, scene, plan.isDefault, problems, warnings);
    const standard = standardLabels(scene, tags.version);
    const labels = mergeLabels([...standard, ...renderLabels('labels', plan.labels, scene, problems)]);
    const own = renderLabels('annotations', plan.annotations, scene, problems);
    problems.throwIfAny();
    const described = {
        tags: tags.names,
        version: tags.version,
        labels: Object.fromEntries(labels),
        annotations: levelAnnotations(standard, own, context.annotationLevels),
    };
    if (tags.names.length === 0) {
        warnings.add(`No rule of the input 'tags' gives a tag for the event ${scene.eventName} on ${scene.ref}`);
    }
    return {
        ...described,
        moving: tags.moving,
        warnings: [...warnings],
    };
}
/** The same image without some of its tags; its version is then by those that it has. */
function withoutTags(image, left) {
    const tags = image.tags.filter((tag) => !left.includes(tag));
    const version = left.includes(image.version) ? (tags[0] ?? '') : image.version;
    const label = 'org.opencontainers.image.version';
    const named = image.labels[label] === image.version;
    const labels = named ? { ...image.labels, [label]: version } : image.labels;
    const annotations = image.annotations.map((line) => line.endsWith(`:${label}=${image.version}`) ? line.slice(0, -image.version.length) + version : line);
    return { ...image, tags, version, labels, annotations };
}
function parse(inputs, problems) {
    const isDefault = inputs.tags.every((line) => line.trim() === '');
    const rules = readTagRules(isDefault ? DEFAULT_RULES : inputs.tags, problems);
    const flavor = readFlavor(inputs.flavor, problems);
    for (const rule of rules)
        checkLiteralTag(rule, flavor, problems);
    return {
        rules,
        isDefault,
        flavor,
        labels: readLabelLines('labels', inputs.labels, problems),
        annotations: readLabelLines('annotations', inputs.annotations, problems),
    };
}
/** The event, with what its payload lacks looked up. */
async function gather(plan, context, lookups, warnings) {
    const { sha } = namedCommit(context);
    const attempt = async (what, lookup) => {
        try {
            return (await lookup()) ?? null;
        }
        catch (error) {
            warnings.add(`GitHub's API did not give ${what}: ${error.message}`);
            return null;
        }
    };
    const findCommitDate = async () => {
        if (!templatesOf(plan).some(expressions/* needsCommitDate */.TI))
            return null;
        const known = commitDateInPayload(context.payload, sha);
        if (known !== null)
            return known;
        const found = await attempt("the commit's date, so that the current one stands in", () => lookups.commitDate?.(context.repository, sha));
        return found === null ? null : usableDate(found);
    };
    const findRepository = async () => {
        if (!needsRepositoryData(context))
            return null;
        return attempt("the repository's description and license", () => lookups.repository?.(context.repository));
    };
    const [repository, commitDate] = await Promise.all([findRepository(), findCommitDate()]);
    return readScene(context, describeRepository(context, repository), commitDate);
}
function templatesOf({ rules, flavor, labels, annotations }) {
    return [
        ...rules.flatMap((rule) => {
            const { enable, prefix, suffix } = rule;
            const pattern = rule.type === 'schedule' ? rule.pattern : null;
            const value = 'value' in rule ? rule.value : null;
            return [enable, prefix, suffix, pattern, value];
        }),
        flavor.prefix,
        flavor.suffix,
        ...[...labels, ...annotations].map(({ template }) => template),
    ];
}


/***/ }),

/***/ 4907:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ textAt),
/* harmony export */   f: () => (/* binding */ valueAt)
/* harmony export */ });
/**
 * A value inside of a JSON that anyone may have written.
 * @returns undefined wherever the path leads past what is there; inherited properties are not there
 */
function valueAt(payload, ...path) {
    let value = payload;
    for (const key of path) {
        if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
            return undefined;
        value = value[key];
    }
    return value;
}
/** The text at a path, or null. Null characters go: no command line can carry them. */
function textAt(payload, ...path) {
    const value = valueAt(payload, ...path);
    return typeof value === 'string' ? value.replaceAll('\0', '') : null;
}


/***/ }),

/***/ 7071:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $w: () => (/* binding */ TemplateError),
/* harmony export */   Kr: () => (/* binding */ calls),
/* harmony export */   QC: () => (/* binding */ parseTemplate),
/* harmony export */   Xm: () => (/* binding */ renderTemplate)
/* harmony export */ });
/** What is wrong with a template, for a person. */
class TemplateError extends Error {
}
const ESCAPES = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#x27;',
    '`': '&#x60;',
    '=': '&#x3D;',
};
/**
 * @param text what the user wrote
 * @param vocabulary the names that may be called there
 * @throws TemplateError for an expression that is not closed, not known, or called in a wrong way
 */
function parseTemplate(text, vocabulary) {
    const parts = [];
    let at = 0;
    while (at < text.length) {
        const open = text.indexOf('{{', at);
        if (open < 0) {
            parts.push(text.slice(at));
            break;
        }
        // As in Handlebars: a backslash keeps `{{` as text, up to the next `{{`; two are one backslash.
        if (text[open - 1] === '\\' && open > at) {
            if (text[open - 2] === '\\' && open - 1 > at)
                parts.push(text.slice(at, open - 1));
            else {
                const next = text.slice(open + 2).search(/\\{0,2}\{\{/);
                const end = next < 0 ? text.length : open + 2 + next;
                parts.push(text.slice(at, open - 1), text.slice(open, end));
                at = end;
                continue;
            }
        }
        else if (open > at)
            parts.push(text.slice(at, open));
        const { expression, end } = parseExpression(text, open, vocabulary);
        parts.push(expression);
        at = end;
    }
    return parts.filter((part) => part !== '');
}
// A mustache: `{{`, `{{{` or `{{&`, a name, an argument, options, and the closing braces. Each part starts with
// a character that none before it can hold, so matching is linear.
const OPEN = /\{\{(\{|&)?\s*/y;
const NAME = /([a-zA-Z_][a-zA-Z0-9_]*)\s*/y;
const OPTION = /([a-zA-Z_][a-zA-Z0-9_]*)=/y;
const STRING = /(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)")\s*/y;
const CLOSE = /\}\}\}?/y;
function parseExpression(text, start, vocabulary) {
    let at = start;
    const take = (pattern) => {
        pattern.lastIndex = at;
        const match = pattern.exec(text);
        if (match !== null)
            at += match[0].length;
        return match;
    };
    const shown = () => {
        const close = text.indexOf('}}', start);
        return close < 0 ? text.slice(start) : text.slice(start, close + 2);
    };
    const kind = take(OPEN)?.[1];
    const name = take(NAME)?.[1];
    if (name === undefined || !vocabulary.has(name)) {
        if (!text.includes('}}', start))
            throw new TemplateError(`${shown()} is not closed with }}`);
        throw new TemplateError(`${shown()} is not an expression that is known here; ${describe(vocabulary)}`);
    }
    const argument = take(STRING);
    const options = new Map();
    for (let key = take(OPTION)?.[1]; key !== undefined; key = take(OPTION)?.[1]) {
        const value = take(STRING);
        if (value === null)
            throw new TemplateError(`${shown()}: ${key} needs a quoted value`);
        options.set(key, unquote(value));
    }
    const close = take(CLOSE)?.[0];
    const wanted = kind === '{' ? '}}}' : '}}';
    if (close !== wanted) {
        if (!text.includes('}}', start))
            throw new TemplateError(`${shown()} is not closed with ${wanted}`);
        throw new TemplateError(`${shown()} cannot be read; ${describe(vocabulary)}`);
    }
    const expression = {
        name,
        argument: argument === null ? null : unquote(argument),
        options,
        escape: kind === undefined,
    };
    checkCall(expression, shown(), vocabulary);
    return { expression, end: at };
}
function checkCall({ name, argument, options }, shown, vocabulary) {
    if (vocabulary.get(name) === 'plain') {
        if (argument === null && options.size === 0)
            return;
        throw new TemplateError(`${shown}: ${name} takes no argument`);
    }
    if (argument === null)
        throw new TemplateError(`${shown}: ${name} needs a format: {{${name} 'YYYYMMDD'}}`);
    for (const key of options.keys()) {
        if (key !== 'tz')
            throw new TemplateError(`${shown}: ${name} has no option ${key}; it has tz='Asia/Seoul'`);
    }
}
function unquote(match) {
    return match[1] === undefined
        ? match[2].replaceAll('\\"', '"')
        : match[1].replaceAll("\\'", "'");
}
function describe(vocabulary) {
    const names = [...vocabulary].map(([name, kind]) => kind === 'date' ? `{{${name} 'YYYYMMDD' tz='UTC'}}` : `{{${name}}}`);
    return `it can be ${names.join(', ')}`;
}
/**
 * The template's text. As in Handlebars, `& < > " ' =` and the backtick in a value become HTML entities, unless
 * the expression has three braces: in a tag they end as hyphens either way, and the same ones as elsewhere.
 */
function renderTemplate(template, functions) {
    return template
        .map((part) => {
        if (typeof part === 'string')
            return part;
        const value = functions[part.name]?.(part) ?? '';
        return part.escape ? value.replace(/[&<>"'`=]/g, (character) => ESCAPES[character]) : value;
    })
        .join('');
}
/** Whether a template calls a name. */
function calls(template, name) {
    return template?.some((part) => typeof part !== 'string' && part.name === name) ?? false;
}


/***/ }),

/***/ 3394:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Br: () => (/* binding */ renderSummary),
/* harmony export */   aY: () => (/* binding */ code),
/* harmony export */   eu: () => (/* binding */ literal)
/* harmony export */ });
/**
 * The job summary, as GitHub's Markdown.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
function renderSummary(facts) {
    const rows = [
        [HEADS[facts.outcome].row, facts.uris.map(code).join('<br>')],
        ...(facts.digestUri === null
            ? []
            : [['Deploy by digest', code(facts.digestUri)]]),
        ...(facts.imageId === null ? [] : [['Image ID', code(facts.imageId)]]),
        ...(facts.sizeInBytes === null
            ? []
            : [['Size in ECR', `${megabytes(facts.sizeInBytes)} (compressed)`]]),
        ['Repository', code(facts.name) + (facts.repositoryCreated ? ', created by this run' : '')],
        ...(facts.engine === null ? [] : [['Built by', code(facts.engine)]]),
        ['Time', time(facts)],
    ];
    const lines = rows.map(([key, value]) => `| ${key} | ${value} |`);
    return [
        `### ${HEADS[facts.outcome].title} ${code(facts.name)}`,
        '',
        '| | |',
        '| --- | --- |',
        ...lines,
        '',
        ...facts.sections,
    ].join('\n');
}
const HEADS = {
    pushed: { title: 'Pushed', row: 'Image' },
    built: { title: 'Built', row: 'Built, not pushed' },
    there: { title: 'Already in ECR:', row: 'There already, not built' },
};
function time({ engine, seconds }) {
    const total = `${seconds.total.toFixed(1)} s`;
    return engine === null ? total : `${total}, of which build and push ${seconds.build.toFixed(1)} s`;
}
/** As an HTML element whose text is shown as it is. */
function code(value) {
    return `<code>${literal(value)}</code>`;
}
/**
 * Text in which neither Markdown nor HTML nor a table's bars mean anything. Within an HTML element Markdown counts as
 * it does elsewhere; a character that is written by its number is never a part of it, nor of an address.
 * https://spec.commonmark.org/0.31.2/#entity-and-numeric-character-references
 */
function literal(value) {
    return value
        .replace(/\p{Cc}/gu, ' ')
        .replace(/[&<>|`*~[\]()!$\\#"']|(?<![a-z0-9])_|_(?![a-z0-9])|:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.charCodeAt(0)};`);
}
/** Decimal megabytes, as the ECR console shows sizes. */
function megabytes(bytes) {
    return `${(bytes / 1e6).toFixed(2)} MB`;
}


/***/ }),

/***/ 7847:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  fz: () => (/* binding */ annotate),
  vy: () => (/* binding */ failStep),
  ax: () => (/* binding */ runnerInputs),
  dO: () => (/* binding */ runnerWorld)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 10 modules
var core = __webpack_require__(7264);
// EXTERNAL MODULE: ./lib/report/summary.js
var summary = __webpack_require__(3394);
// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/shared/log-line.js
var log_line = __webpack_require__(6866);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./lib/metadata/index.js + 14 modules
var metadata = __webpack_require__(6265);
// EXTERNAL MODULE: ./lib/metadata/payload.js
var payload = __webpack_require__(4907);
;// CONCATENATED MODULE: ./lib/runner/github.js



/**
 * GitHub as the runner tells of it; its API is asked, and its client loaded, only for what an event lacks.
 * @param env the job's environment
 * @param token the input github-token; empty: the API is asked nothing
 */
function connectGitHub(env, token) {
    const octokit = async () => (await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413))).getOctokit(token);
    const split = (repository) => {
        const [owner = '', repo = ''] = repository.split('/');
        return { owner, repo };
    };
    return {
        event: async () => (0,metadata/* readEventContext */.ws)(env, await readPayload(env['GITHUB_EVENT_PATH']), new Date()),
        lookups: token === ''
            ? {}
            : {
                async repository(repository) {
                    const { data } = await (await octokit()).rest.repos.get(split(repository));
                    return {
                        name: (0,payload/* textAt */.$)(data, 'name'),
                        description: (0,payload/* textAt */.$)(data, 'description'),
                        url: (0,payload/* textAt */.$)(data, 'html_url'),
                        license: (0,payload/* textAt */.$)(data, 'license', 'spdx_id'),
                        defaultBranch: (0,payload/* textAt */.$)(data, 'default_branch'),
                    };
                },
                async commitDate(repository, ref) {
                    const { data } = await (await octokit()).rest.repos.getCommit({ ...split(repository), ref });
                    const date = (0,payload/* textAt */.$)(data, 'commit', 'committer', 'date');
                    return date === null ? null : new Date(date);
                },
            },
    };
}
/** The event; without one, or with one that is no JSON, what the environment says has to do. */
async function readPayload(file) {
    if (!file)
        return {};
    try {
        return JSON.parse(await (0,promises_.readFile)(file, 'utf8'));
    }
    catch {
        return {};
    }
}

;// CONCATENATED MODULE: ./lib/runner/runner.js





/** The inputs, from GitHub's runner. */
function runnerInputs() {
    return {
        get: (name) => core/* getInput */.V4(name, { trimWhitespace: false }),
        env: process.env,
        cwd: process.cwd(),
        mask: core/* setSecret */.Pq,
    };
}
/** All that an action of this project touches on a runner, but for docker, which only one of them needs. */
function runnerWorld() {
    // Whoever writes a line, it may hold what others say.
    const log = (line) => core/* info */.pq((0,log_line/* logLine */.B)(line));
    return {
        connectEcr: async (target) => {
            const { connectEcr } = await __webpack_require__.e(/* import() */ 827).then(__webpack_require__.bind(__webpack_require__, 1827));
            return connectEcr(target, {
                env: process.env,
                workflow: {
                    hasIdToken: Boolean(process.env['ACTIONS_ID_TOKEN_REQUEST_URL']),
                    idToken: core/* getIDToken */.V9,
                },
                mask: core/* setSecret */.Pq,
                notice: (line) => core/* notice */.lm(line),
                log,
            });
        },
        openRegistry: async (login) => {
            const { openRegistry } = await __webpack_require__.e(/* import() */ 60).then(__webpack_require__.bind(__webpack_require__, 60));
            return openRegistry(login, process.env, log);
        },
        github: connectGitHub(process.env, core/* getInput */.V4('github-token')),
        setOutputs: (outputs) => {
            for (const [name, value] of Object.entries(outputs))
                core/* setOutput */.uH(name, value);
        },
        summarize: async (facts) => {
            if (process.env['GITHUB_STEP_SUMMARY'])
                await core/* summary */.z.addRaw((0,summary/* renderSummary */.Br)(facts)).write();
        },
        log,
        notice: (line) => core/* notice */.lm(line),
        warn: (line) => core/* warning */.$e(line),
        clock: () => performance.now(),
        sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    };
}
/** Ends the step as failed, with what a user should read of the error. */
function failStep(error) {
    core/* setFailed */.C1((0,errors/* explain */.WE)(error));
    if (error instanceof errors/* ActionError */.lZ && error.place !== null) {
        annotate('error', error.place.message, error.place);
    }
    if (error instanceof Error && core/* isDebug */._o())
        core/* debug */.Yz(error.stack ?? '');
}
/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message */
function annotate(kind, message, place) {
    const properties = place === undefined ? {} : { file: place.file, startLine: place.line, endLine: place.endLine };
    if (kind === 'error')
        core/* error */.z3(message, properties);
    else if (kind === 'warning')
        core/* warning */.$e(message, properties);
    else
        core/* notice */.lm(message, properties);
}


/***/ }),

/***/ 1894:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   e: () => (/* binding */ runStep)
/* harmony export */ });
/* harmony import */ var _shared_ending_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2134);
/* harmony import */ var _runner_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7847);


/**
 * Runs a step to its end, with the one catch. A signal, or an error that nobody waited for, ends it too: the work is
 * dropped, what it has left is cleaned up, and the process ends, whatever still keeps it.
 * @param endProcesses ends what the work has started, before anything is said
 * @param close removes what the work has put on disk; throws nothing
 */
async function runStep(work, endProcesses = async () => undefined, close = async () => undefined) {
    const unlisten = _shared_ending_js__WEBPACK_IMPORTED_MODULE_0__/* .ending */ .K1.listen();
    let failed = false;
    try {
        await _shared_ending_js__WEBPACK_IMPORTED_MODULE_0__/* .ending */ .K1.before(work());
    }
    catch (error) {
        failed = true;
        if (_shared_ending_js__WEBPACK_IMPORTED_MODULE_0__/* .ending */ .K1.reason !== null)
            await endProcesses(_shared_ending_js__WEBPACK_IMPORTED_MODULE_0__/* .ending */ .K1.reason.signal);
        (0,_runner_js__WEBPACK_IMPORTED_MODULE_1__/* .failStep */ .vy)(error);
    }
    await close();
    const { reason } = _shared_ending_js__WEBPACK_IMPORTED_MODULE_0__/* .ending */ .K1;
    if (reason !== null) {
        if (!failed)
            (0,_runner_js__WEBPACK_IMPORTED_MODULE_1__/* .failStep */ .vy)(reason.error);
        // Standard output can be behind, on Windows.
        process.stdout.write('', () => process.exit(reason.exitCode));
    }
    else
        unlisten();
}


/***/ }),

/***/ 2134:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K1: () => (/* binding */ ending)
/* harmony export */ });
/* unused harmony exports Cancelled, Ending */
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8161);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2730);


/**
 * What the runner sends to the step's process, and to that alone, where a job is cancelled or out of time: SIGINT,
 * SIGTERM 7.5 s later, and 2.5 s after that it kills. The third is that of a terminal that goes away.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** The step was told to end before its work was done. */
class Cancelled extends _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ {
    name = 'Cancelled';
    constructor(signal) {
        super(`The step was told to end (${signal}): the job was cancelled, or ran out of its time. What had been pushed by then stays in ECR.`, '');
    }
}
/**
 * The end of a step that comes from outside of its work: a signal, or an error that nobody waited for. The first
 * one counts; what comes later does not cut the clean-up short.
 */
class Ending {
    #reason = null;
    #begun = Promise.withResolvers();
    constructor() {
        this.#begun.promise.catch(() => undefined);
    }
    get reason() {
        return this.#reason;
    }
    /** @returns what gives signals and errors back to Node */
    listen() {
        const signalled = (signal) => this.#begin({
            error: new Cancelled(signal),
            // As a shell counts it.
            exitCode: 128 + node_os__WEBPACK_IMPORTED_MODULE_0__.constants.signals[signal],
            signal,
        });
        // A rejection that nobody handled comes as this too.
        const crashed = (error) => this.#begin({ error, exitCode: 1, signal: 'SIGTERM' });
        for (const signal of SIGNALS)
            process.on(signal, signalled);
        process.on('uncaughtException', crashed);
        return () => {
            for (const signal of SIGNALS)
                process.off(signal, signalled);
            process.off('uncaughtException', crashed);
        };
    }
    /** @throws what the step ends for: nothing is to be begun any more */
    refuse() {
        if (this.#reason !== null)
            throw this.#reason.error;
    }
    /**
     * Work that nobody waits for once the step ends.
     * @throws what the work throws, or what the step ends for, at once
     */
    before(work) {
        return Promise.race([work, this.#begun.promise]);
    }
    #begin(reason) {
        if (this.#reason !== null)
            return;
        this.#reason = reason;
        this.#begun.reject(reason.error);
    }
}
/** Signals are for the whole process, and so is this. */
const ending = new Ending();


/***/ }),

/***/ 2730:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WE: () => (/* binding */ explain),
/* harmony export */   dz: () => (/* binding */ InputError),
/* harmony export */   lZ: () => (/* binding */ ActionError)
/* harmony export */ });
/**
 * An error that a user reads: what failed and why, and what to do about it.
 * Whatever reaches the entry and is not one of these is a defect of ours and says so.
 */
class ActionError extends Error {
    name = 'ActionError';
    /** What the user can do, in the imperative. */
    remedy;
    /** Where in the user's files it is, where that is known. */
    place;
    constructor(what, remedy, options) {
        super(what, options);
        this.remedy = remedy;
        this.place = options?.place ?? null;
    }
}
/** All that is wrong with the inputs, at once. */
class InputError extends ActionError {
    name = 'InputError';
    problems;
    constructor(problems) {
        super(problems.map(describeProblem).join('\n'), '');
        this.problems = problems;
    }
}
function describeProblem({ input, value, message }) {
    return value === '' ? `Input '${input}': ${message}` : `Input '${input}': '${clip(value)}': ${message}`;
}
/** Keeps a hostile or accidental megabyte out of an error message. */
function clip(value, max = 200) {
    return value.length <= max ? value : `${value.slice(0, max)}… (${value.length} characters)`;
}
/**
 * The text that a user sees for an error: message and remedy, never a stack trace.
 * @param error anything that was thrown
 */
function explain(error) {
    if (error instanceof ActionError) {
        return error.remedy === '' ? error.message : `${error.message}\nWhat to do: ${error.remedy}`;
    }
    const message = error instanceof Error ? error.message : String(error);
    if (/^(?:ENOSPC|EDQUOT)$/.test(error?.code ?? '')) {
        return `A disk of the runner is full: ${message}\nWhat to do: free space on it. The runner keeps what steps write in RUNNER_TEMP (${process.env['RUNNER_TEMP'] ?? 'not set'}); df -h shows which disk is full.`;
    }
    return `${message}\nWhat to do: this is not an error that ecr-build-push knows; run the job again with debug logging (the secret ACTIONS_STEP_DEBUG set to true) and report what it prints.`;
}


/***/ }),

/***/ 6866:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ logLine),
/* harmony export */   p: () => (/* binding */ commandValue)
/* harmony export */ });
/**
 * A line for the log in which the runner finds no command, whatever a registry, AWS or an event wrote into it: one
 * line, without characters that a terminal would obey. The runner takes a line for a command that begins with `::`
 * behind any blanks, and one that has `##[` anywhere.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function logLine(text) {
    return text
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
        .replaceAll('##[', '## [')
        .replace(/^(\s*):(?=:)/, '$1: ');
}
/** The value of a workflow command, as the runner reads it back. */
function commandValue(text) {
    return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}


/***/ })

};
