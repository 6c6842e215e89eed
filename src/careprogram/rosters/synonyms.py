"""Which other words do people write for the answers of the form?

The form's own labels are in ``people.enums``; these tables hold what registrars write instead. A word that is not
listed is refused with its row and column rather than guessed.
"""

from collections.abc import Mapping
from typing import Final

from careprogram.people import (
    AidKind,
    Answer,
    CapacityRating,
    CaregiverRelation,
    ConfinementKind,
    ConsentRelation,
    ContactMeans,
    Education,
    GuardianshipKind,
    HealthStatus,
    HelperKind,
    IncomeSource,
    ParentStatus,
    RegistrationKind,
    SchoolingStatus,
    ScreeningResult,
    Settlement,
    Sex,
    WorkArea,
)
from careprogram.people.organization import Office
from careprogram.rosters.cells import Mark
from careprogram.unknown import UNKNOWN


def _words(*groups: tuple[object, str]) -> dict[str, object]:
    return {word: meaning for meaning, words in groups for word in words.split()}


SYNONYMS: Final[Mapping[type[Answer], Mapping[str, object]]] = {
    Sex: _words((Sex.MALE, "男性 男孩 男生 M"), (Sex.FEMALE, "女性 女孩 女生 F"), (Mark.NONE, "不限 均可 都可以")),
    RegistrationKind: _words(
        (RegistrationKind.RURAL, "农业 农村户口 农村 农业家庭户口 农业家庭户"),
        (RegistrationKind.URBAN, "非农业 城镇户口 城镇 非农 城市户口 非农业家庭户口 非农业家庭户 居民户口"),
    ),
    Settlement: _words((Settlement.RURAL, "乡村 村庄 农村地区"), (Settlement.URBAN, "城市 县城 镇区 城区 城镇地区")),
    ParentStatus: _words(
        (ParentStatus.AT_HOME, "在家务农 居家 未外出 否 在家无外出"),
        (ParentStatus.AWAY_WORKING, "外出 务工 打工 外出打工 在外务工 在外打工 是"),
        (ParentStatus.UNABLE, "无能力 丧失监护能力 在家无监护能力"),
        (ParentStatus.DECEASED, "已故 去世 亡故 已去世 死亡或宣告死亡"),
        (ParentStatus.MISSING, "失踪 下落不明 失去联系 离家出走"),
        (ParentStatus.IMPRISONED, "服刑在押 在押 坐牢 强制戒毒"),
    ),
    CaregiverRelation: _words(
        (
            CaregiverRelation.PATERNAL_GRANDPARENT,
            "爷爷奶奶 祖父 祖母 爷爷 奶奶 祖孙 祖父祖母 爷奶 奶奶爷爷 祖父或祖母 公公婆婆",
        ),
        (
            CaregiverRelation.MATERNAL_GRANDPARENT,
            "外公外婆 外祖父 外祖母 外公 外婆 姥姥 姥爷 姥姥姥爷 外祖父外祖母 外祖父或外祖母",
        ),
        (
            CaregiverRelation.RELATIVE,
            "亲戚 亲友 其他亲属 叔叔 伯伯 叔父 姑姑 姑妈 姑父 舅舅 舅妈 舅父 姨 姨妈 姨父 婶婶 伯母 哥哥 姐姐 兄姐",
        ),
        (CaregiverRelation.FRIEND, "父母朋友 朋友家"),
        (CaregiverRelation.NEIGHBOR, "邻里 近邻"),
        (CaregiverRelation.FATHER, "爸爸 父 父子 父女"),
        (CaregiverRelation.MOTHER, "妈妈 母 母子 母女"),
        (CaregiverRelation.OTHER, "其它 教师 老师 村干部"),
        (Mark.NONE, "无人 无人监护 自己 本人"),
    ),
    ConsentRelation: _words(
        (ConsentRelation.FATHER, "爸爸 父"),
        (ConsentRelation.MOTHER, "妈妈 母"),
        (
            ConsentRelation.GRANDPARENT,
            "爷爷 奶奶 祖父 祖母 爷爷奶奶 外公 外婆 外祖父 外祖母 外公外婆 姥姥 姥爷 姥姥姥爷 祖父母 外祖父母",
        ),
        (ConsentRelation.SELF, "自己 儿童本人 学生本人"),
    ),
    GuardianshipKind: _words(
        (GuardianshipKind.NOBODY, "无监护人 无人照看"),
        (GuardianshipKind.PARENT_WITHOUT_CAPACITY, "父或母无能力 父母一方无监护能力"),
        (GuardianshipKind.ENTRUSTED_WITHOUT_CAPACITY, "受委托人监护能力不足 监护能力不足"),
        (GuardianshipKind.FAIR, "一般 监护一般"),
        (GuardianshipKind.GOOD, "较好 监护较好 好 良好"),
    ),
    CapacityRating: _words(
        (CapacityRating.GOOD, "好 良好 监护情况较好 强"),
        (CapacityRating.FAIR, "中 基本 监护情况一般"),
        (CapacityRating.POOR, "差 弱 不足 监护能力不足"),
    ),
    ConfinementKind: _words(
        (ConfinementKind.NONE, "否 没有 未被限制 未限制"),
        (ConfinementKind.IMPRISONED, "服刑 在押 坐牢 服刑在押人员 羁押"),
        (ConfinementKind.DRUG_TREATMENT, "强制戒毒 隔离戒毒 戒毒"),
        (ConfinementKind.OTHER, "其他 其它 其他限制人身自由 被限制人身自由"),
    ),
    WorkArea: _words(
        (WorkArea.SAME_COUNTY, "本县 本县内 县内 本区"),
        (WorkArea.SAME_CITY, "同城 本市其他区 同市其他区"),
        (WorkArea.OTHER_COUNTY, "跨县 外县 外省 外市 省外 省内县外 跨省"),
    ),
    Education: _words(
        (Education.NONE, "文盲 半文盲 未读书 没读过书 文盲或半文盲"),
        (Education.PRIMARY, "小学及以下 小学文化 小学毕业"),
        (Education.JUNIOR, "初中文化 初中毕业"),
        (Education.SENIOR, "高中 中专 大专 大学 本科 高中及高中以上 中职 高中毕业 大专及以上"),
    ),
    HealthStatus: _words(
        (HealthStatus.HEALTHY, "良好 正常 健康或良好 一般或较弱 好 一般"),
        (HealthStatus.DISABLED, "残障 有残疾 有生理缺陷 残疾人"),
        (HealthStatus.ILL, "重病 大病 重大疾病 危重病 患重病 患大病"),
        # 慢性病 of the pupil registry need not be a major illness (患病), which alone counts here.
        (UNKNOWN, "有慢性病 慢性病"),
    ),
    SchoolingStatus: _words(
        (SchoolingStatus.KINDERGARTEN, "在园 学前 学前班 幼儿班"),
        (SchoolingStatus.NOT_IN_KINDERGARTEN, "未上幼儿园 未入幼儿园"),
        (SchoolingStatus.PRIMARY, "小学在读 小学生"),
        (SchoolingStatus.JUNIOR, "初级中学 初中在读 初中生"),
        (SchoolingStatus.SENIOR, "普通高中 高中在读 普高"),
        (SchoolingStatus.VOCATIONAL, "职高 中专 技校 中等职业学校 职业高中"),
        (SchoolingStatus.DROPPED_OUT, "失学 已辍学 失学辍学"),
        (SchoolingStatus.OUT_OF_SCHOOL, "不在校 未在学 不就学"),
    ),
    IncomeSource: _words(
        (IncomeSource.WAGES, "打工 务工收入 务工 工资"),
        (IncomeSource.FARMING, "种植养殖 种养殖 务农 种植业 养殖业 农业"),
        (IncomeSource.GOVERNMENT_AID, "政府补助 低保 政府救济"),
        (IncomeSource.FAMILY_SUPPORT, "亲友接济 亲朋资助 亲友资助"),
        (IncomeSource.OTHER, "其它 其他收入"),
    ),
    AidKind: _words(
        (AidKind.SUBSISTENCE_ALLOWANCE, "低保 最低生活保障 农村低保"),
        (AidKind.TEMPORARY, "临时救济"),
        (AidKind.MEDICAL, "医疗救济 大病救助"),
        (AidKind.HOUSING, "危房改造 住房补助"),
        (AidKind.OTHER, "其他 其它 其它救助"),
    ),
    ContactMeans: _words(
        (ContactMeans.CALL, "打电话 通话 手机 语音"),
        (ContactMeans.VIDEO, "微信视频 视频通话 微信 QQ视频"),
        (ContactMeans.LETTER, "写信 信件 来信 信"),
        (ContactMeans.GIFT, "寄礼物 包裹"),
        (ContactMeans.VISIT, "回家 探望 回乡 当面"),
    ),
    HelperKind: _words(
        (HelperKind.DEDICATED_VOLUNTEER, "专项志愿服务者 专项"),
        (HelperKind.STUDENT_VOLUNTEER, "学生志愿者 青年志愿者 大学生志愿者"),
        (HelperKind.SCHOOL_STAFF, "教师 教职工 老师 教师志愿者 班主任"),
        (HelperKind.CADRE, "村干部 乡镇干部 机关干部 党员干部 挂钩干部"),
        (HelperKind.CLASSMATE, "同伴 同班同学 小伙伴"),
        (HelperKind.UNIVERSITY_TEAM, "大学生团队 服务团 高校服务团"),
        (HelperKind.PROXY_PARENT, "爱心家长 爱心妈妈 爱心爸爸 爱心父母"),
    ),
    ScreeningResult: _words(
        (ScreeningResult.CLEAR, "合格 通过 无违法犯罪记录 无犯罪记录 无 审查合格 审查通过"),
        (ScreeningResult.BARRED, "不合格 未通过 有违法犯罪记录 有犯罪记录 有 审查不合格"),
    ),
    Office: _words(
        (Office.VILLAGE_DIRECTOR, "儿童主任 村居儿童主任 村级儿童主任"),
        (Office.TOWNSHIP_SUPERVISOR, "儿童督导员 乡镇督导员 街道儿童督导员"),
        (Office.CADRE, "干部 联系干部 包村干部 村干部"),
    ),
}
"""Other words, by enumeration. A word may also stand for ``Mark.NONE`` or ``UNKNOWN``."""
