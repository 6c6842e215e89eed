"""A policy file as a county writes one, for the tests of what reads, tells and checks it."""

PLAN = """
format = 1
id = "our.plan"
title = { zh = "本县关爱计划", en = "Our county plan" }
citation = "县发〔2026〕1号"

[parameters.age_limit]
label = { zh = "年龄上限（不满）", en = "age limit (under)" }
unit = { zh = "周岁", en = "years" }
[[parameters.age_limit.values]]
value = 16
source = "国发〔2016〕13号"
[[parameters.age_limit.values]]
since = 2027-09-01
value = 18
source = "县发〔2027〕8号"

[[requirements]]
id = "young"
citation = "县发〔2026〕1号 第二条"
text = { zh = "不满十六周岁", en = "under the age of 16" }
when = "birth_date.age < age_limit"

[[categories]]
id = "left-behind"
tier = 1
title = { zh = "留守儿童", en = "left-behind child" }
[[categories.clauses]]
id = "both-away"
citation = "县发〔2026〕1号 第三条"
text = { zh = "父母双方外出务工", en = "both parents are away working" }
when = "father_status is away-working and mother_status is away-working"

[[overrides]]
jurisdiction = "44"
citation = "粤发〔2026〕2号"
text = { zh = "广东省：不满十七周岁", en = "Guangdong: under 17" }
[overrides.parameters.age_limit]
[[overrides.parameters.age_limit.values]]
value = 17
source = "粤发〔2026〕2号"
"""
