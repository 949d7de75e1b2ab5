export const id = 517;
export const ids = [517,366];
export const modules = {

/***/ 4366:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ dockerfilePath),
/* harmony export */   annotateCacheErrors: () => (/* binding */ annotateCacheErrors),
/* harmony export */   annotateChecks: () => (/* binding */ annotateChecks),
/* harmony export */   d: () => (/* binding */ annotateFindings)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6760);
/* harmony import */ var _context_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(423);
/* harmony import */ var _source_blocks_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3574);



/** Where in the workspace the Dockerfile of a build is; null for one that is elsewhere. */
function dockerfilePath(request, workspace) {
    if (request.file === null || (0,_context_js__WEBPACK_IMPORTED_MODULE_1__/* .isRemote */ .V)(request.file) || (0,_context_js__WEBPACK_IMPORTED_MODULE_1__/* .isRemote */ .V)(request.context))
        return null;
    const relative = node_path__WEBPACK_IMPORTED_MODULE_0__.relative(workspace, request.file);
    return relative === '' || relative.startsWith('..') || node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute(relative) ? null : relative;
}
/**
 * Errors of reading or writing a cache, which do not end a build. A cache that is not there yet is none.
 * @param progress BuildKit's plain progress
 */
function annotateCacheErrors(progress, annotate) {
    const doing = new Map();
    for (const line of progress.split(/\r?\n/)) {
        const [, number = '', text = ''] = /^#(\d+) (.*)$/.exec(line) ?? [];
        if (/^(?:importing cache manifest from |exporting cache|exporting to .* cache)/i.test(text))
            doing.set(number, text);
        const [, error] = /^ERROR: (.*)$/.exec(text) ?? [];
        const what = doing.get(number);
        if (error === undefined || what === undefined)
            continue;
        const reading = what.startsWith('importing');
        if (reading && /not found|does not exist|no such/i.test(error))
            continue;
        annotate('warning', `The cache was not ${reading ? 'read' : 'written'}; the build went on without (${what}): ${error}`);
    }
}
const isLine = (value) => Number.isSafeInteger(value) && value > 0;
/** What the checks of the Dockerfile found in a build that went well. */
function annotateChecks(warnings, request, workspace, annotate) {
    const file = dockerfilePath(request, workspace);
    if (!Array.isArray(warnings) || file === null)
        return;
    for (const warning of warnings) {
        const { short, url, range } = warning ?? {};
        if (typeof short !== 'string' || !Array.isArray(range))
            continue;
        const line = range[0]?.start?.line;
        if (!isLine(line))
            continue;
        const text = Buffer.from(short, 'base64').toString('utf8');
        const end = range.at(-1)?.end?.line;
        annotate('warning', typeof url === 'string' && url !== '' ? `${text}\n${url}` : text, {
            file,
            line,
            endLine: isLine(end) ? end : line,
        });
    }
}
/**
 * The findings of `call: check`, as it prints them: `WARNING: RULE - URL`, what it is, and the lines.
 * @param stdout of `docker buildx build --call=check`
 */
function annotateFindings(stdout, request, workspace, annotate) {
    const file = dockerfilePath(request, workspace);
    if (file === null)
        return;
    const lines = stdout.split(/\r?\n/);
    let from = 0;
    for (const { line, endLine, start, end } of (0,_source_blocks_js__WEBPACK_IMPORTED_MODULE_2__/* .sourceBlocks */ .w)(lines)) {
        const said = lines.slice(from, start).filter((text) => text.trim() !== '');
        from = end;
        const head = said.findLastIndex((text) => /^(?:WARNING|ERROR): /.test(text));
        annotate('warning', said.slice(Math.max(head, 0)).join('\n'), { file, line, endLine });
    }
}


/***/ }),

/***/ 2517:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   explainBuildFailure: () => (/* binding */ explainBuildFailure),
/* harmony export */   explainDockerFailure: () => (/* binding */ explainDockerFailure)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var _registry_known_failures_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(5926);
/* harmony import */ var _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2730);
/* harmony import */ var _annotations_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(4366);
/* harmony import */ var _failing_step_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5243);
/* harmony import */ var _passing_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(7059);






/**
 * What a build's output says of its failure: the step, its command, its last lines, and where in the Dockerfile.
 * @param error the process that failed; its output stands in the log already
 */
async function explainBuildFailure(error, request, { workspace, annotate, attempts, }) {
    if (request.call !== null)
        return explainCall(error, request, workspace, annotate);
    const failure = (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_4__/* .parseFailure */ .mH)(error.stderr, error.stdout);
    const reason = (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_4__/* .shortReason */ .PR)(failure.reason ?? error.message);
    const known = knownOf(failure);
    const place = await placeOf(failure, reason, request, workspace);
    const step = failure.name === null ? '' : ` at ${clip(failure.name)}`;
    const what = known === undefined ? '' : ` ${known.what}.`;
    const lines = failure.lines.map((line) => `\n    ${line}`).join('');
    const at = place === null ? '' : `\n  in ${place.file}, line ${place.line}`;
    return new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${(0,_passing_js__WEBPACK_IMPORTED_MODULE_5__/* .phaseOf */ .hU)(failure) === 'push' ? 'The push' : 'The build'} failed${step}${inAttempts(attempts)}.${what}\n  ${reason}${at}${lines === '' ? '' : `\n  its last lines:${lines}`}`, known?.remedy ?? ((0,_passing_js__WEBPACK_IMPORTED_MODULE_5__/* .phaseOf */ .hU)(failure) === null ? null : remedyForPassing(reason)) ?? remedyFor(failure), { cause: error, place });
}
/** What a command of the Dockerfile prints is its own: only a full disk looks the same there as elsewhere. */
function knownOf(failure) {
    const output = [...failure.lines, failure.reason].join('\n');
    return isCommand(failure)
        ? _registry_known_failures_js__WEBPACK_IMPORTED_MODULE_1__/* .KNOWN */ .c.find(({ said, anywhere }) => anywhere && said.test(output))
        : (0,_registry_known_failures_js__WEBPACK_IMPORTED_MODULE_1__/* .knownFailure */ .q)(output);
}
function isCommand({ name }) {
    return name !== null && /^\[[^\]]*\] RUN\b/.test(name);
}
/** What is left to do when a registry stays away. */
function remedyForPassing(said) {
    if ((0,_passing_js__WEBPACK_IMPORTED_MODULE_5__/* .passingReason */ .gv)(said) === null)
        return null;
    return 'run the job again; where it goes on, check that the engine reaches the registry (its proxy; in a VPC: the endpoint com.amazonaws.REGION.ecr.dkr and the gateway of S3), and the AWS Health Dashboard.';
}
function inAttempts(attempts) {
    return attempts > 1 ? `, in ${attempts} attempts` : '';
}
function clip(text, max = 300) {
    return text.length <= max ? text : `${text.slice(0, max)}…`;
}
function remedyFor(failure) {
    return isCommand(failure)
        ? 'correct what that command complains of; the same build can be run by hand with the command that the log shows.'
        : 'correct what it says; the same build can be run by hand with the command that the log shows.';
}
async function placeOf(failure, reason, request, workspace) {
    const file = (0,_annotations_js__WEBPACK_IMPORTED_MODULE_3__/* .dockerfilePath */ .S)(request, workspace);
    if (file === null || request.file === null)
        return null;
    const found = failure.source ?? (await findLines(failure, request.file));
    if (found === null)
        return null;
    const message = [reason, ...failure.lines.slice(-5)].join('\n');
    return { file, line: found.line, endLine: found.endLine, message };
}
/** For a builder that does not show the lines itself. */
async function findLines({ name, reason }, file) {
    const parse = Number(/parse error (?:on )?line (\d+)/.exec(reason ?? '')?.[1]);
    if (parse > 0)
        return { line: parse, endLine: parse };
    return name === null ? null : (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_4__/* .locateInstruction */ .Z2)(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(file, 'utf8').catch(() => ''), name);
}
/** `call: check` ends with 1 where it has found something, which its first line counts. */
function explainCall(error, request, workspace, annotate) {
    const summary = error.stdout.split(/\r?\n/).find((line) => /^Check complete, /.test(line));
    if (summary === undefined)
        return explainDockerFailure(`The call ${request.call}`, error);
    (0,_annotations_js__WEBPACK_IMPORTED_MODULE_3__/* .annotateFindings */ .d)(error.stdout, request, workspace, annotate);
    return new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(summary.trim(), 'correct the lines of the Dockerfile that the log shows, or skip a rule with "# check=skip=RULE" in its first lines (https://docs.docker.com/reference/build-checks/).', { cause: error });
}
/**
 * @param doing such as `The push of HOST/NAME:TAG`
 * @param error the process that failed; its output stands in the log already
 * @param attempts how often it was tried
 */
function explainDockerFailure(doing, error, attempts = 1) {
    const reason = (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_4__/* .lastError */ .VS)(error.stderr) ?? (0,_failing_step_js__WEBPACK_IMPORTED_MODULE_4__/* .lastError */ .VS)(error.stdout) ?? error.message;
    const known = (0,_registry_known_failures_js__WEBPACK_IMPORTED_MODULE_1__/* .knownFailure */ .q)(`${error.stderr}\n${error.stdout}`);
    if (known !== undefined) {
        const what = `${doing} failed${inAttempts(attempts)}. ${known.what}: ${reason}`;
        return new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(what, known.remedy, { cause: error });
    }
    return new _shared_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .ActionError */ .lZ(`${doing} failed${inAttempts(attempts)}: ${reason}`, remedyForPassing(reason) ??
        'read the output above; the same can be run by hand with the command shown there.', { cause: error });
}


/***/ }),

/***/ 5926:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   c: () => (/* binding */ KNOWN),
/* harmony export */   q: () => (/* binding */ knownFailure)
/* harmony export */ });
/** What a registry or the engine says, and what that means in ECR. */
const KNOWN = [
    {
        said: /cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable/i,
        what: 'The tag exists already, and the repository is immutable',
        remedy: 'push another tag (the commit SHA changes with each commit), or make the repository mutable.',
    },
    {
        said: /your authorization token has expired/i,
        what: 'A registry calls the token expired',
        remedy: 'run the job again: the step renews its own token once, and says above where it could not; where it is about a base image in another registry, log in to that just before this step.',
    },
    {
        said: /no basic auth credentials|401 unauthorized/i,
        what: 'A registry wants a login that docker does not have',
        remedy: 'log in to the registry of the base image in a step before this one.',
    },
    {
        said: /name unknown: The repository with name/i,
        what: 'A repository does not exist in ECR',
        remedy: 'set create-repository: true where it is the one to push to; where it is a base image, correct the FROM line.',
    },
    {
        said: /insufficient_scope|403 forbidden|denied: /i,
        what: 'A registry denies access',
        remedy: "for the push, the identity needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository (and, in another account, that repository's policy must allow them); for a base image, its registry must allow the pull.",
    },
    {
        said: /toomanyrequests|429 too many requests/i,
        what: 'A registry refuses because of too many requests',
        remedy: 'for the push, run fewer jobs at once, or raise the quotas of ECR; for a base image, log in to its registry, or take it from public.ecr.aws or from a pull-through cache.',
    },
    {
        // BuildKit leaves out what the registry says beside the status.
        said: /unexpected status from PUT request to \S+\/manifests\/\S+: 400 Bad Request/i,
        what: 'The registry refuses the manifest, and the builder does not pass on why',
        remedy: 'in most cases another job has just pushed the same tag, and the repository is immutable: push another tag (the commit SHA changes with each commit), or run the job again.',
    },
    {
        said: /maximum number of artifacts \(100\)/i,
        what: 'The image has 100 referrers already (signatures, attestations), which is as many as ECR allows',
        remedy: 'delete old referrers of that image, or build a new image.',
    },
    {
        said: /cache export is not supported for the docker driver/i,
        what: 'The builder cannot write a cache',
        remedy: 'use a builder of docker/setup-buildx-action, or turn the containerd image store of the engine on.',
    },
    {
        said: /unsupported request frontend\.(?:lint|outline|targets)/i,
        what: "The builder's Dockerfile frontend does not know this call",
        remedy: 'update the engine or the builder (BuildKit 0.14, Docker 27 and later know check), or begin the Dockerfile with "# syntax=docker/dockerfile:1".',
    },
    {
        said: /no space left on device/i,
        anywhere: true,
        what: "The runner's disk is full",
        remedy: 'free some (docker system prune), or take a larger runner.',
    },
    {
        said: /target stage .{0,300} could not be found|failed to reach build target/i,
        what: "The Dockerfile has no stage of the name in the input 'target'",
        remedy: "name one of the Dockerfile's stages (FROM … AS NAME).",
    },
];
/** What is known of something that docker or a registry has said. */
function knownFailure(output) {
    return KNOWN.find(({ said }) => said.test(output));
}


/***/ })

};
