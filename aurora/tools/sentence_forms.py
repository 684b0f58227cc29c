# ruff: noqa: E501  tables of words, read as a whole
"""Words and forms of sentences by which `mentions` tells a request from a mention."""

import re

SENTENCE = re.compile(r"(?<=[.!?;])\s+")
BLOCK = re.compile(r"\n\s*\n(?!\s*(?:[-*+•]|\d+[.)])\s)")
BULLET = re.compile(r"\n(?=\s*(?:[-*+•]|\d+[.)])\s)")
MARK = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(?:\[[ x]\]\s+)?")
TOKEN = re.compile(r"[^\s\"'`()\[\]{}<>,;|’‘“”]+")
VERBS = (
    "add|append|adjust|allow|amend|approve|bring|bump|change|configure|containeri[sz]e|create|declare|deliver|document"
    "|drop|edit|enable|expand|extend|generate|have|improve|include|insert|install|introduce|list|mention|migrate|modify"
    "|move|need|patch|permit|pin|prepare|provide|put|record|refactor|refresh|regenerate|remove|rename|repair|replace|require"
    "|rewrite|say|set|set up|ship|simplify|split|state|supply|switch|touch|update|upgrade|want|write|fix|mend|correct"
    "|note|register|raise|lower|erstelle|füge|ergänze|ändere|schreibe"
)
BASE = re.compile(rf"(?<![\w/.-])(?:{VERBS})(?![\w/-])")
NEEDS = re.compile(
    r"(?<![\w/.-])(?:needs?|wants|requires|lacks|gets|braucht|benötigt|there (?:should|must) be|(?:great|nice|good) to have|(?:is|are) missing(?= an? )|shall get|should get)(?![\w/-])"
)
BE_DONE = re.compile(
    r"(?<![\w/.-])(?:must|should|shall|to|needs? to|has to|have to) be "
    r"(?:added|appended|changed|configured|created|declared|edited|extended|included|inserted|listed|mentioned|modified|noted|pinned|put"
    r"|recorded|registered|renamed|replaced|said|set|stated|updated|upgraded|written)(?![\w/-])"
)
BY_DOING = re.compile(
    r"(?<![\w/.-])(?:by|including|start by|start with) (?:adding|changing|creating|editing|extending|updating|writing)(?![\w/-])"
)
WITH = re.compile(r"(?<![\w/.-])(?:together |along |complete )?with(?! (?:the|respect|regard)\b)(?![\w/-])")
NO = re.compile(
    r"\b(?:instead of|rather than|unlike|never|nor|neither|nothing|none|nobody|not|no|without|except\w*|avoid\w*|leave|ignor\w+|skip\w*"
    r"|exclud\w+|forbid\w*|refus\w+|reject\w*|stop\w*|refrain\w*|hands off|(?:do|does|did|must|should|may|shall|need|ca|wo|is|are)n[’']?t"
    r"|cannot|dont|out of scope|off limits|nicht|keine?n?|ohne|nie|pas|sans|sin)\b"
)
SUBORDINATE = re.compile(
    r"\b(?:that|which|who|whose|where|when|whenever|because|since|so|if|unless|while|whether|how|what|why|until|once|as|(?<!would )(?<!['’]d )like|see|per"
    r"|after|before|although|though|follow\w*|obey\w*|heed\w*|respect\w*|consult\w*|according|read|reads|reading|parse\w*|load\w*"
    r"|defined|described|documented|found|given|shown|specified|explained|someone|somebody|others|in the way)\b"
)
ENABLES = re.compile(r"\b(?:can|could|may|might|will|would|to|must|should|shall|lets?|helps?)\b")
TO = re.compile(
    r"(?:^|\b(?:forget|want|wants|need|needs|have|has|like|love|remember|sure|going|you|us|task|please|plan|is|are|ask|asked)) to $"
)
BEGINS = re.compile(
    r"(?:^|[,:;(–—>-]|\b(?:and|then|also|too|please|must|should|shall|may|can|could|we|you|i|let[’']?s|let us|just|now|finally|next|first|second"
    r"|additionally|or|but|instead|kindly|okay|ok|yes|always|go ahead and)),?$"
)
OF = re.compile(r"\b(?:for|of|from|about|like|against|via|through|than|by|on|at|out of|between|around|over|using)\b")
AGAIN = re.compile(
    r"(?:,|\band\b|\bor\b|\bplus\b|\bto\b|\binto\b|\bin\b|\bas well as\b) *(?:also |then )*(?:an?|one|the|our|its?|)\b"
)
ARTICLES = re.compile(
    r"(?:[\s,:]|\b(?:the|a|an|our|its|this|that|these|also|then|and|please|new|small|simple|file|files|existing|root|top-level)\b|[\"'`*_])*"
)
DUTY = re.compile(
    r"[\"'`*_]*(?: file)? (?:must|should|shall|has to|needs to|is to|may) (?:also |then |now )?(?P<be>be )?(?P<verb>[a-z]+)"
)
NO_DUTY = frozenset(
    (
        "stay",
        "remain",
        "keep",
        "continue",
        "work",
        "build",
        "run",
        "pass",
        "still",
        "never",
        "not",
        "no",
        "go",
        "succeed",
        "stand",
        "apply",
        "hold",
        "serve",
        "suffice",
        "follow",
        "obeyed",
        "followed",
        "read",
        "respected",
        "left",
        "kept",
        "ignored",
        "skipped",
        "used",
        "parsed",
        "heeded",
        "loaded",
        "found",
        "matched",
        "seen",
        "unchanged",
        "untouched",
    )
)
MISSING = re.compile(
    r"[\"'`*_]*(?: file)? (?:is|are) (?:also |still )?(?:missing|needed|required|wanted)(?: yet| too| so far)? *(?:$|[.,;!:])"
)
IN_IT = re.compile(rf"[\"'`*_]*,? *(?:please )?(?:{VERBS})\b")
"""After "in <file>": what is to be done there."""
LABEL = re.compile(rf"[\"'`*_]*: *(?:please )?(?:{VERBS}|use|run|expose|copy)\b")
LEFT_ALONE = re.compile(
    r"\b(?:unchanged|untouched|alone|as (?:it |they )?(?:is|are)|out of scope|read-only|off limits|not|never|no|keeps? working|belongs?)\b"
)
FOLLOWS_KIND = re.compile(
    r"[\"'`*_]*(?:$|[^\w\s'’]|\s+(?:$|[^\w\s]|(?:that|which|with|without|for|in|to|so|and|or|when|on|by|from|running|using|at|as|under|too"
    r"|here|is|are|must|should|called|named|there|of|where|if|via)\b|[\w.-]*[/.][\w./-]+))"
)
HEADS = re.compile(
    r"^\W*(?:deliverables?|expected files|files to (?:add|change|create|write|touch|edit)|to do|todo)\W*$"
)
GIVEN_AWAY = re.compile(
    r"[\"'`*_]* to (?:the |a |an |our )?(?:[\w.-]+ ){0,4}?(?:list|set|tuple|map|table|registry|names|patterns|excludes?|includes?|choices|enum"
    r"|constant|index|menu|response|output)\b"
)
"""After "add <file>": the name is added to something else."""
TO_DO = re.compile(
    rf"\bto (?:{VERBS}|read|parse|load|check|validate|show|return|get|delete|upload|download|view|render|build|run|find|scan|lint)\b"
)
VALUE_IN = re.compile(r"^(?:set|change|raise|lower|update)\b.*\bto the \w+ (?:in|of|from)\b")
PART_OF = re.compile(
    r"^(?:set|change|raise|lower|update|bump|fix|edit|rename|replace|remove|improve|extend)\b(?P<part>.*) of (?:the |our )?\W*$"
)
MADE = re.compile(r"(?:ing|tion|er|or|name|text|content|list)s?$")
IDENTIFIER = re.compile(
    r"\b(?:fields?|attributes?|columns?|keys?|parameters?|arguments?|options?|endpoints?|class|method|function|flag|word|string"
    r"|values?|label|types?|kinds?|uploads?|route|property|(?<!file )(?<!workflow )(?:named|called))[\s`\"']*$"
)
