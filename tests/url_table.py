"""What every address answers each person, written by hand from what each role may do."""

PEOPLE = [
    "visitor", "unit_admin", "lab_manager", "stranger", "reviewer", "system_admin", "auditor", "security_admin",
    "sibling",  # the manager of another department of the same unit
]  # fmt: skip

# One column per person, in the order of PEOPLE. “in”: sign in first; “go”: sent on to another page.
EVERYBODY = "200 200 200 200 200 200 200 200 200"
SIGNED_IN = "in 200 200 200 200 200 200 200 200"
CONTENT = "in 403 403 403 200 200 403 403 403"  # 通知与下载
SYSTEM = "in 403 403 403 403 200 403 403 403"  # 代码表
LABS = "in 200 403 200 403 403 403 403 403"  # each administrator for the own unit
ACCOUNTS = "in 200 403 200 403 403 403 403 403"  # the laboratories' accounts of the own unit
OWN_UNIT = (
    "in 200 404 404 200 404 404 404 404"  # the unit's own record; reviewers read everything of the province
)
OWN_LAB = "in 200 200 404 200 404 404 404 404"
KEEPERS = "in 200 200 404 404 404 404 404 404"  # who may type into the instrument
PROVINCE = "in 403 403 403 200 403 403 403 403"
EXPIRED = "410 410 410 410 410 410 410 410 410"  # a link that is none
NO_TOKEN = "401 401 401 401 401 401 401 401 401"
POST_ONLY = "405 405 405 405 405 405 405 405 405"
POST_SIGNED_IN = "in 405 405 405 405 405 405 405 405"

TABLE = {
    "healthz": EVERYBODY,
    "livez": EVERYBODY,
    "readyz": EVERYBODY,
    "metrics": "404 404 404 404 404 404 404 404 404",  # only with the monitor's token
    "staff-accounts": "in 403 403 403 403 403 403 200 403",  # tests/audit/test_staff_page.py
    "staff-act": POST_SIGNED_IN,
    "staff-unlock": POST_SIGNED_IN,
    "action-log": "in 200 403 200 403 403 200 403 403",  # and the audit administrator: tests/audit/test_log_page.py
    "row-versions": "in 200 200 404 404 404 200 404 404",  # and the auditor: tests/audit/test_versions_page.py
    "service-personal": POST_SIGNED_IN,
    "record-personal": POST_SIGNED_IN,
    "lab-account-show": POST_SIGNED_IN,
    "acting": "in 403 403 403 403 200 403 403 403",
    "acting-end": POST_SIGNED_IN,
    "set-language": "go go go go go go go go go",
    "large-text": POST_ONLY,
    # accounts
    "register": EVERYBODY,
    "register-done": "in in in in in in in in in",
    "captcha-challenge": EVERYBODY,
    "verify-resend": POST_ONLY,
    "verify-email": EXPIRED,
    "login": "200 go go go go go go go go",
    "demo-login": POST_ONLY,
    "logout": POST_ONLY,
    "account": SIGNED_IN,
    "second-factor": SIGNED_IN,
    "account-data": SIGNED_IN,
    "account-close": SIGNED_IN,
    "session-end": POST_SIGNED_IN,
    "login-code": "in in in in in in in in in",  # only after the password
    "account-edit": SIGNED_IN,
    "account-email": SIGNED_IN,
    "password-change": SIGNED_IN,
    "password-reset": EVERYBODY,
    "password-reset-sent": EVERYBODY,
    "password-reset-confirm": EXPIRED,
    "kept": POST_ONLY,
    "inbox": SIGNED_IN,
    "inbox-read-all": POST_SIGNED_IN,
    "inbox-message": POST_SIGNED_IN,
    "admin-change": EVERYBODY,
    "admin-change-sent": "go go go go go go go go go",
    "admin-change-done": "go go go go go go go go go",
    "admin-change-request": EXPIRED,
    "lab-accounts": ACCOUNTS,
    "lab-account-create": ACCOUNTS,
    "lab-account-edit": "in 200 403 404 403 403 403 403 403",
    "lab-account-mail": POST_SIGNED_IN,
    "lab-account-switch": POST_SIGNED_IN,
    # code lists for everybody
    "code-options": EVERYBODY,
    "code-tree": EVERYBODY,
    # the work of units
    "work-home": SIGNED_IN,
    "record-file": OWN_LAB,
    "application-form": OWN_UNIT,
    "record-list instruments": SIGNED_IN,
    "record-list institutions": "in go go go 404 404 404 404 go",
    "record-list platforms": SIGNED_IN,
    "record-create platforms": "in 200 403 200 403 403 403 403 403",  # not published yet: it says why
    "record-create instruments": "in 200 200 200 403 403 403 403 200",
    "record-create institutions": "in go 403 200 403 403 403 403 403",
    "record-detail draft": OWN_LAB,
    "record-detail waiting": OWN_LAB,
    "record-detail published": OWN_LAB,
    "record-detail institution": OWN_UNIT,
    "record-detail platform": "in 200 200 404 200 404 404 404 200",  # published: a laboratory's account reads it
    "record-detail new-platform": OWN_UNIT,  # a draft: it does not
    "record-edit draft": KEEPERS,
    "record-edit waiting": "in go go 404 404 404 404 404 404",
    "record-edit platform": "in go 404 404 404 404 404 404 404",
    "record-edit new-platform": "in 200 404 404 404 404 404 404 404",
    "record-check new-platform": "in go 404 404 404 404 404 404 404",  # not complete: back to the form
    "record-edit institution": "in go 404 404 404 404 404 404 404",
    "record-check draft": KEEPERS,
    "record-done waiting": KEEPERS,
    "record-step draft": POST_SIGNED_IN,
    "labs": "in 200 200 200 403 403 403 403 200",  # a laboratory's administrator looks, but changes nothing
    "lab-settings": POST_SIGNED_IN,
    "lab-create": LABS,
    "lab-edit": "in 200 403 404 403 404 404 404 404",
    "lab-delete": "in 200 403 404 403 404 404 404 404",
    "lab-step": POST_SIGNED_IN,
    # the yearly maintenance: reviewers read, closed years and other units do not open
    "upkeep-list": SIGNED_IN,
    "progress": "in 200 200 200 go 403 403 403 200",  # the province has its own page
    "progress-export": "in 200 200 200 403 403 403 403 200",
    # the province on the yearly maintenance
    "province-progress": PROVINCE,
    "province-progress-export": PROVINCE,
    "province-unit": PROVINCE,
    "province-unit-export": PROVINCE,
    "oddities": PROVINCE,
    "periods": PROVINCE,
    "period-create": PROVINCE,
    "period-edit": PROVINCE,
    "period-close": POST_SIGNED_IN,
    "period-reopen": PROVINCE,
    "reopening-end": POST_SIGNED_IN,
    "proof-file": OWN_LAB,
    "staff-copy": "in 200 200 200 403 403 403 403 200",  # the own instruments, so nothing of the unit for the stranger
    "staff-year": OWN_LAB,
    "staff-add": "in 200 200 404 403 404 404 404 404",
    "staff-edit": "in 200 200 404 403 404 404 404 404",
    "staff-remove": POST_SIGNED_IN,
    "operation-year": OWN_LAB,
    "operation-edit": "in 200 200 404 403 404 404 404 404",
    # services: reviewers read
    "service-list": "in 200 200 200 200 403 403 403 200",
    "service-create": "in 200 200 200 403 403 403 403 200",
    "service": OWN_LAB,
    "service-edit": "in 200 200 404 403 404 404 404 404",
    "service-delete": "in 200 200 404 403 404 404 404 404",
    "service-paper-add": POST_SIGNED_IN,
    "service-paper-remove": POST_SIGNED_IN,
    "service-paper": OWN_LAB,
    "service-sums": OWN_LAB,
    # tables: an import is its person's own
    "imports": "in 200 200 200 403 403 403 403 200",
    "import-new": "in 200 200 200 403 403 403 403 200",
    "import-template": "in 200 200 200 403 403 403 403 200",
    "photos-new": "in 200 200 200 403 403 403 403 200",
    "photos": "in 200 404 404 404 404 404 404 404",
    "sheet-export": "in 200 200 200 200 403 403 403 200",
    "import": "in 200 404 404 404 404 404 404 404",
    "import-report": "in 200 404 404 404 404 404 404 404",
    "import-match": POST_SIGNED_IN,
    "import-confirm": POST_SIGNED_IN,
    "import-back": POST_SIGNED_IN,
    "import-drop": POST_SIGNED_IN,
    # for programs: public, and only to be read
    "api-root": "404 404 404 404 404 404 404 404 404",
    "api-nothing": "404 404 404 404 404 404 404 404 404",
    "api-docs": EVERYBODY,
    "api:api-root": "404 404 404 404 404 404 404 404 404",
    "api:openapi-json": EVERYBODY,
    "api:instruments": EVERYBODY,
    "api:instrument": EVERYBODY,
    "api:platforms": EVERYBODY,
    "api:platform": EVERYBODY,
    "api:units": EVERYBODY,
    "api:unit": EVERYBODY,
    "api:search": EVERYBODY,
    "api:code_lists": EVERYBODY,
    "api:codes": EVERYBODY,
    "api:changes": EVERYBODY,
    # for programs with a token: a session opens nothing here (what tokens open: tests/api/test_tokens.py)
    "api:work-instruments_list": NO_TOKEN,
    "api:work-instruments_one": NO_TOKEN,
    "api:work-instruments_missing": NO_TOKEN,
    "api:work-instruments_step": POST_ONLY,
    "api:work-instruments_file": POST_ONLY,
    "api:work-instruments_file_remove": POST_ONLY,
    "api:work-platforms_list": NO_TOKEN,
    "api:work-platforms_one": NO_TOKEN,
    "api:work-platforms_missing": NO_TOKEN,
    "api:work-platforms_step": POST_ONLY,
    "api:work-platforms_file": POST_ONLY,
    "api:work-platforms_file_remove": POST_ONLY,
    "api:work-units_list": NO_TOKEN,
    "api:work-units_one": NO_TOKEN,
    "api:work-units_missing": NO_TOKEN,
    "api:work-units_step": POST_ONLY,
    "api:work-units_file": POST_ONLY,
    "api:work-units_file_remove": POST_ONLY,
    "api:work-me": NO_TOKEN,
    "api:work-operations": NO_TOKEN,
    "api:work-operation": POST_ONLY,
    "api:work-proof": POST_ONLY,
    "api:work-staff": NO_TOKEN,
    "api:work-staff-add": POST_ONLY,
    "api:work-staff-remove": POST_ONLY,
    "api:work-services": NO_TOKEN,
    "tokens": "in 200 200 200 403 403 403 403 200",
    "token-create": "in 200 200 200 403 403 403 403 200",
    "token-revoke": POST_SIGNED_IN,
    # other systems
    "national": "in 200 403 200 200 403 403 403 403",
    "national-code": "in 200 403 200 403 403 403 403 403",
    "national-effect": "in 200 403 200 403 403 403 403 403",
    "outgoing": "in 200 403 404 200 403 403 403 403",
    "outgoing-again": POST_SIGNED_IN,
    "education": "in 200 403 200 403 403 403 403 403",
    "education-codes": "in 200 403 200 403 403 403 403 403",
    "education-file": "in 200 403 go 403 403 403 403 403",  # the stranger has no school codes yet
    "education-open": EVERYBODY,  # for the ministry: the token is the permission
    "oai": EVERYBODY,
    "national-table": EVERYBODY,  # for the national platform: the token is the permission
    "national-service": EVERYBODY,
    # review: the unit's administrator gives the first review where the unit wants one
    "review-queue": "in 200 403 200 200 403 403 403 403",
    "review-record waiting": "in 200 403 404 200 404 404 404 404",
    # the portal
    "home": EVERYBODY,
    "suggest": EVERYBODY,
    "instrument-list": EVERYBODY,
    "instrument-filter": EVERYBODY,
    "instrument-compare": EVERYBODY,
    "instrument-label": EVERYBODY,
    "instrument-report": EVERYBODY,
    "instrument-pidinst": EVERYBODY,
    "instrument-datacite": EVERYBODY,
    "opensearch": EVERYBODY,
    "statistics": EVERYBODY,
    "statistics-file": EVERYBODY,
    "error-reports": "in 200 200 200 200 403 403 403 200",
    "error-report-answer": POST_SIGNED_IN,
    "instrument-export": SIGNED_IN,
    "instrument": EVERYBODY,
    "instrument-qr": EVERYBODY,
    "unit-list": EVERYBODY,
    "unit": EVERYBODY,
    "platform-list": EVERYBODY,
    "platform": EVERYBODY,
    "public-file": EVERYBODY,
    "public-file draft": "404 404 404 404 404 404 404 404 404",
    "small-picture": EVERYBODY,
    "notices": EVERYBODY,
    "notice": EVERYBODY,
    "notice hidden": "404 404 404 404 404 404 404 404 404",
    "downloads": EVERYBODY,
    "download": EVERYBODY,
    "guide": EVERYBODY,
    "faq": EVERYBODY,
    "privacy": EVERYBODY,
    "terms": EVERYBODY,
    "accessibility": EVERYBODY,
    "site-map": EVERYBODY,
    "feed": EVERYBODY,
    "robots": EVERYBODY,
    "sitemap": EVERYBODY,
    "sitemap-part": EVERYBODY,
    # staff of the province
    "content": CONTENT,
    "content-add": CONTENT,
    "content-edit": CONTENT,
    "content-show": "in 403 403 403 405 405 403 403 403",
    "content-delete": CONTENT,
    "download-move": "in 403 403 403 405 405 403 403 403",
    "code-lists": SYSTEM,
    "code-list": SYSTEM,
    "code-list-download": SYSTEM,
    "code-list-upload": SYSTEM,
    "code-list-confirm": SYSTEM,
}
