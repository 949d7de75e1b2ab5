export const id = 381;
export const ids = [381];
export const modules = {

/***/ 6762:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  assumedRole: () => (/* binding */ assumedRole)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-sts/dist-cjs/index.js
var dist_cjs = __webpack_require__(1695);
// EXTERNAL MODULE: ./lib/ecr/retries.js
var retries = __webpack_require__(1316);
// EXTERNAL MODULE: ./lib/shared/errors.js
var errors = __webpack_require__(2730);
// EXTERNAL MODULE: ./lib/ecr/errors.js + 1 modules
var ecr_errors = __webpack_require__(1733);
;// CONCATENATED MODULE: ./lib/aws/sts-errors.js


/** The lines that let a job have an OIDC token. */
const PERMISSION = 'permissions:\n  id-token: write';
/** @returns the error where a role is to be assumed and there is nobody who could */
function noIdentity({ arn }, cause) {
    return new errors/* ActionError */.lZ(`${arn} cannot be assumed: GitHub gives this job no OIDC token, and there are no other AWS credentials (${cause.message}).`, `let the job have a token, with these two lines in the workflow or the job (and contents: read, where the job checks out):\n${PERMISSION}\nA pull request from a fork never gets one: set push: false there.`, { cause });
}
/** Turns what STS refuses into an error that says which policy has to change, and how. */
function explainStsError(error, { action, role, token }) {
    if (error instanceof errors/* ActionError */.lZ)
        return error;
    const message = (0,ecr_errors/* saidBy */.TT)(error);
    const name = error instanceof Error ? error.name : 'Error';
    const claims = token === null ? null : claimsOf(token);
    const as = (remedy) => new errors/* ActionError */.lZ(`${role.arn} cannot be assumed (${action}): ${message} (${name})`, remedy, {
        cause: error,
    });
    if (/chaining/i.test(message)) {
        return as('leave role-duration-seconds empty, or at most 3600: a role that is assumed from another has one hour.');
    }
    if (/DurationSeconds|MaxSessionDuration/i.test(message)) {
        return as(`reduce role-duration-seconds (${role.seconds}), or raise the role's maximum session duration in IAM.`);
    }
    if (/^AccessDenied/.test(name)) {
        if (claims === null) {
            return as(`allow the identity in use ${JSON.stringify({ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: role.arn })}, and let the role's trust policy name that identity as a principal.`);
        }
        return as(`let the role's trust policy allow sts:AssumeRoleWithWebIdentity to this job, whose token has ${claims.text}: ${trustStatement(role.arn, claims)}`);
    }
    if (/^InvalidIdentityToken/.test(name)) {
        return as(`the account of the role needs an IAM OIDC identity provider for ${claims?.issuer ?? 'the issuer of the token'} with the audience '${role.audience}'.`);
    }
    if (/^ExpiredToken|^IDPCommunicationError/.test(name))
        return as('run the job again.');
    if (/^RegionDisabled/.test(name)) {
        return as('let an administrator activate STS in that region for the account, or set another aws-region.');
    }
    if (/^(?:InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch)/.test(name)) {
        return as('the credentials that the role is assumed from are not valid: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN in the job.');
    }
    return as("check the role's ARN, its trust policy, and that the runner reaches STS (proxy, VPC endpoint).");
}
/** What the token says of the job; the claims are no secret, the signature behind them is. */
function claimsOf(token) {
    let claims = {};
    try {
        claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    }
    catch {
        // The error of STS says enough of a token that cannot be read.
    }
    const [subject, audience, issuer] = [claims.sub, claims.aud, claims.iss].map((claim) => String(claim ?? '?'));
    return {
        issuer: issuer,
        subject: subject,
        audience: audience,
        text: `the subject '${subject}' and the audience '${audience}'`,
    };
}
/** https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws */
function trustStatement(arn, { issuer, subject, audience }) {
    const [, partition, account] = /^arn:([^:]+):iam::(\d+):/.exec(arn) ?? [];
    const provider = issuer.replace(/^https:\/\//, '');
    return JSON.stringify({
        Effect: 'Allow',
        Principal: { Federated: `arn:${partition}:iam::${account}:oidc-provider/${provider}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subject } },
    });
}

;// CONCATENATED MODULE: ./lib/aws/workflow.js
/**
 * Session tags: what a reader of CloudTrail wants to know of a call, under the keys that
 * aws-actions/configure-aws-credentials gives them, so that policies that ask for those go on working.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
function sessionTags(env) {
    const facts = {
        GitHub: 'Actions',
        Repository: env['GITHUB_REPOSITORY'],
        Workflow: env['GITHUB_WORKFLOW'],
        Actor: env['GITHUB_ACTOR'],
        Branch: env['GITHUB_REF'],
        Commit: env['GITHUB_SHA'],
    };
    return Object.entries(facts).flatMap(([Key, value]) => value === undefined || value === '' ? [] : [{ Key, Value: tagValue(value) }]);
}
/** AWS allows letters, digits, spaces and a few signs, 256 in all: a workflow's name may have others. */
function tagValue(text) {
    return [...text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_')].slice(0, 256).join('');
}

;// CONCATENATED MODULE: ./lib/aws/role.js





/**
 * Credentials of the role, for this process alone: they are put into no environment and no file.
 * Explicit credentials of the environment come first (the role is chained from them), then GitHub's OIDC token,
 * then the identity of the machine.
 * @returns a provider that the SDK asks again when the credentials are about to expire
 */
function assumedRole(role, world) {
    const { env, workflow, region, network, log } = world;
    const client = () => {
        const made = new dist_cjs/* STSClient */.iM({ ...retries/* RETRIES */.Zs, ...network, ...(region === null ? {} : { region }) });
        (0,retries/* tellRetries */.aQ)(made, 'STS', log);
        return made;
    };
    const explicit = Boolean(env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY']);
    return async () => {
        if (!explicit && workflow.hasIdToken)
            return withToken(client(), role, world);
        return chained(client(), role, world);
    };
}
const common = ({ arn, sessionName, seconds }) => ({
    RoleArn: arn,
    RoleSessionName: sessionName,
    ...(seconds === null ? {} : { DurationSeconds: seconds }),
});
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
async function withToken(client, role, world) {
    let token;
    try {
        token = await world.workflow.idToken(role.audience);
    }
    catch (error) {
        throw new errors/* ActionError */.lZ(`GitHub gave no OIDC token for the audience '${role.audience}': ${error.message}`, 'run the job again; where it goes on, look at the status of GitHub Actions, and at the proxy of a self-hosted runner.', { cause: error });
    }
    world.mask(token);
    try {
        const input = { ...common(role), WebIdentityToken: token };
        const { Credentials: given } = await client.send(new dist_cjs/* AssumeRoleWithWebIdentityCommand */.WH(input));
        return received(given, world.mask);
    }
    catch (error) {
        throw explainStsError(error, { action: 'sts:AssumeRoleWithWebIdentity', role, token });
    }
}
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
async function chained(client, role, world) {
    const assume = async (Tags) => {
        const tagged = Tags.length === 0 ? {} : { Tags };
        const { Credentials: given } = await client.send(new dist_cjs/* AssumeRoleCommand */.QL({ ...common(role), ...tagged }));
        return received(given, world.mask);
    };
    try {
        return await assume(sessionTags(world.env)).catch((error) => {
            // Tags are for the readers of CloudTrail: a trust policy that does not allow them is no reason to fail.
            if (!(error instanceof Error && /sts:TagSession/.test(error.message)))
                throw error;
            world.notice(`The trust policy of ${role.arn} does not allow sts:TagSession: the session has no tags that tell CloudTrail of this run.`);
            return assume([]);
        });
    }
    catch (error) {
        if (error instanceof Error && error.name === 'CredentialsProviderError')
            throw noIdentity(role, error);
        throw explainStsError(error, { action: 'sts:AssumeRole', role, token: null });
    }
}
function received(given, mask) {
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
        throw new errors/* ActionError */.lZ('STS answered without credentials.', 'check AWS_ENDPOINT_URL and proxies on the way to STS.');
    }
    for (const secret of [SecretAccessKey, SessionToken, AccessKeyId])
        mask(secret);
    return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        ...(Expiration === undefined ? {} : { expiration: Expiration }),
    };
}


/***/ })

};
