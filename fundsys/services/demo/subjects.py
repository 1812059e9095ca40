"""What projects are about: subtype, name, bureau, usual size and words, for each group the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

LEAD, OTHER, NON, FEE = "lead", "other", "non", "fee"


@dataclass(frozen=True)
class Subject:
    """One subject of projects.

    type_code: subtype. name: what follows the village's name. unit: owner; “镇” is the town's government.
    weight: usual size in 万元. content: words with {n}, a figure between low and high. asset: key of the assets it forms.
    whole_county: not of one village. trade: the industry it belongs to.
    """

    type_code: str
    name: str
    unit: str
    weight: int
    content: str
    low: int
    high: int
    asset: str = ""
    whole_county: bool = False
    trade: str = ""

    def words(self, chance: Random) -> str:
        """The content, with a figure of this project."""
        step = 10 if self.high >= 200 else 1
        return self.content.format(n=chance.randrange(self.low, self.high + 1, step))


_GOATS = "奶山羊"
LEAD_SUBJECTS = (
    Subject(
        "PT010102",
        "奶山羊标准化养殖场扩建",
        "县畜产局",
        110,
        "扩建圈舍{n}平方米，配套青贮池和饮水设施",
        600,
        1800,
        "pen",
        trade=_GOATS,
    ),
    Subject(
        "PT010102", "奶山羊分户扩群", "县畜产局", 60, "支持分户扩群{n}只，统一供种和防疫", 120, 400, "pen", trade=_GOATS
    ),
    Subject(
        "PT010102",
        "奶山羊控温高床养殖示范点",
        "县畜产局",
        75,
        "改造高床圈舍{n}平方米，安装控温和刮粪设备",
        400,
        900,
        "pen",
        trade=_GOATS,
    ),
    Subject(
        "PT010101",
        "奶山羊饲草基地",
        "县畜产局",
        55,
        "种植青贮玉米和苜蓿{n}亩，配套收割机械",
        200,
        900,
        "fodder",
        trade=_GOATS,
    ),
    Subject(
        "PT010201",
        "鲜奶收储冷链站",
        "县畜产局",
        85,
        "建设收奶站1处，安装{n}吨直冷式奶罐及检测设备",
        3,
        10,
        "milk",
        trade=_GOATS,
    ),
    Subject(
        "PT010102", "万只羊场配套圈舍", "县畜产局", 120, "配套建设圈舍{n}平方米及水电路", 900, 2400, "pen", trade=_GOATS
    ),
    Subject(
        "PT010404",
        "奶山羊防疫社会化服务设备",
        "县畜产局",
        35,
        "购置防疫和人工授精设备{n}台（套）",
        6,
        24,
        "machine",
        trade=_GOATS,
    ),
    Subject(
        "PT010202",
        "羊乳制品加工车间设备",
        "县畜产局",
        95,
        "购置低温羊奶生产线设备{n}台（套）",
        4,
        12,
        "line",
        trade=_GOATS,
    ),
)
LEAD_WIDE = (
    Subject(
        "PT010402",
        "奶山羊良种繁育与品种改良",
        "县畜产局",
        60,
        "推广良种冻精{n}支，改良奶山羊",
        4000,
        9000,
        whole_county=True,
        trade=_GOATS,
    ),
    Subject(
        "PT010503",
        "奶山羊特色产业保险保费补助",
        "县畜产局",
        40,
        "补助奶山羊养殖保险{n}只",
        8000,
        20000,
        whole_county=True,
        trade=_GOATS,
    ),
)
OTHER_SUBJECTS = (
    Subject(
        "PT010101", "食用菌大棚提升", "县农业农村局", 80, "新建和改造食用菌大棚{n}座", 8, 30, "shed", trade="食用菌"
    ),
    Subject(
        "PT010101",
        "矮化苹果示范园",
        "县果业服务中心",
        75,
        "栽植矮化自根砧苹果{n}亩，配套滴灌和防雹网",
        60,
        240,
        "orchard",
        trade="苹果",
    ),
    Subject(
        "PT010201", "苹果冷藏保鲜库", "县果业服务中心", 70, "建设冷藏保鲜库{n}立方米", 200, 800, "cold", trade="苹果"
    ),
    Subject(
        "PT010104",
        "核桃低产园改造",
        "县林业局",
        45,
        "改造低产核桃园{n}亩，嫁接优良品种",
        200,
        800,
        "walnut_trees",
        trade="核桃",
    ),
    Subject(
        "PT010102", "中蜂养殖基地", "县农业农村局", 40, "购置中蜂{n}群，建设标准化蜂场", 80, 400, "bees", trade="中蜂"
    ),
    Subject(
        "PT010101",
        "中药材种植基地",
        "县农业农村局",
        55,
        "种植柴胡、秦艽等中药材{n}亩",
        150,
        600,
        "herb",
        trade="中药材",
    ),
    Subject(
        "PT010202",
        "中药材加工点",
        "县农业农村局",
        60,
        "建设烘干切片车间{n}平方米及设备",
        200,
        600,
        "line",
        trade="中药材",
    ),
    Subject("PT010202", "烤烟密集烤房改造", "县烟草局", 70, "改造密集烤房{n}座", 10, 36, "tobacco", trade="烤烟"),
    Subject(
        "PT010202",
        "农产品分拣包装车间",
        "县农业农村局",
        85,
        "建设分拣包装车间{n}平方米及分拣线",
        400,
        1200,
        "workshop",
        trade="苹果",
    ),
    Subject("PT010301", "灌溉渠系配套", "县水利局", 70, "衬砌渠道{n}米，维修分水闸和渡槽", 900, 4200, "canal"),
    Subject("PT010106", "村级光伏电站扩容", "县发改局", 50, "扩容光伏电站{n}千瓦", 40, 160, "solar"),
    Subject("PT010602", "庭院特色养殖", "镇", 30, "扶持{n}户发展庭院养殖，按验收结果补助到户", 20, 90, "goats"),
    Subject("PT010601", "庭院特色种植", "镇", 25, "扶持{n}户发展庭院果蔬，按验收结果补助到户", 20, 90, "saplings"),
    Subject(
        "PT010701",
        "新型农村集体经济发展项目",
        "县委组织部",
        70,
        "建设集体经营场所{n}平方米，带动集体增收",
        300,
        900,
        "workshop",
    ),
    Subject(
        "PT010105", "休闲农业与乡村旅游配套", "县文化和旅游局", 60, "建设步道和接待设施{n}平方米", 300, 1600, "lodge"
    ),
    Subject("PT010203", "农产品产地交易点", "县供销联社", 55, "建设交易棚{n}平方米及电子秤台", 300, 1200, "workshop"),
)
OTHER_WIDE = (
    Subject(
        "PT010501",
        "脱贫户小额信贷贴息",
        "县乡村振兴局",
        110,
        "为{n}户脱贫户、监测户小额信贷贴息",
        900,
        2400,
        whole_county=True,
    ),
    Subject("PT010403", "创业致富带头人培训", "县农业农村局", 24, "轮训致富带头人{n}人", 150, 420, whole_county=True),
)
RELIEF_OTHER = (
    Subject(
        "PT010301", "灌溉渠系配套（以工代赈）", "县发改局", 48, "衬砌渠道{n}米，组织当地群众务工", 900, 2600, "canal"
    ),
)
RELIEF_NON = (
    Subject(
        "PT030102",
        "道路排水（以工代赈）",
        "县发改局",
        46,
        "整修道路{n}米，砌筑边沟和涵洞，组织当地群众务工",
        600,
        2400,
        "road",
    ),
    Subject(
        "PT030202", "排污管网（以工代赈）", "县发改局", 44, "铺设排污管网{n}米，组织当地群众务工", 600, 1800, "sewage"
    ),
    Subject(
        "PT030104", "人饮管网（以工代赈）", "县发改局", 45, "更换供水管网{n}米，组织当地群众务工", 1200, 4800, "water"
    ),
)
NON_SUBJECTS = (
    Subject("PT030102", "通组路硬化", "县交通运输局", 85, "硬化通组路{n}米，宽3.5米", 600, 2600, "road"),
    Subject("PT030103", "产业路硬化", "县交通运输局", 90, "硬化产业路{n}米，宽3.5米", 700, 2800, "track"),
    Subject("PT030104", "供水管网改造", "县水利局", 70, "更换供水管网{n}米，入户水表井改造", 1500, 6000, "water"),
    Subject(
        "PT030202", "生活污水收集", "市生态环境局陇县分局", 65, "铺设污水管网{n}米，建设收集池", 700, 2600, "sewage"
    ),
    Subject("PT030304", "太阳能路灯安装", "县住建局", 26, "安装太阳能路灯{n}盏", 40, 120, "lamp"),
    Subject("PT030203", "生活垃圾收集点", "县住建局", 30, "建设垃圾收集点{n}处，配置收集箱", 4, 16, "garbage"),
    Subject("PT030204", "村容村貌提升", "县住建局", 50, "整治巷道和排水{n}米，绿化空闲地", 500, 2200, "square"),
    Subject("PT030102", "小型桥梁", "县交通运输局", 75, "新建小桥1座，长{n}米", 10, 30, "bridge"),
    Subject("PT030302", "村卫生室标准化建设", "县卫健局", 32, "改建村卫生室{n}平方米", 60, 140, "clinic"),
    Subject("PT030303", "幸福院改造", "县民政局", 34, "改造幸福院{n}平方米，配置适老设施", 120, 360, "elder"),
    Subject("PT030306", "文化广场", "县文化和旅游局", 30, "建设文化广场{n}平方米及健身器材", 400, 1400, "square"),
    Subject("PT030106", "数字乡村信息点", "县工信局", 22, "建设村级信息点，安装监控和广播{n}套", 8, 30, "broadband"),
    Subject("PT020201", "帮扶车间建设", "县人社局", 80, "建设帮扶车间{n}平方米", 300, 900, "workshop"),
    Subject("PT040104", "安置区产业配套", "县发改局", 75, "建设安置区标准厂房{n}平方米", 300, 900, "workshop"),
    Subject("PT030201", "户厕改造", "县农业农村局", 24, "新改建卫生户厕{n}座", 40, 160, "toilet"),
    Subject("PT030108", "农业生产配套设施", "县农业农村局", 55, "整修生产道路和机耕桥涵，受益{n}亩", 200, 900, "track"),
)
NON_WIDE = (
    Subject("PT020501", "乡村公益性岗位", "县人社局", 90, "开发乡村公益岗位{n}个", 120, 320, whole_county=True),
    Subject("PT050201", "“雨露计划”职业教育补助", "县教体局", 70, "补助脱贫家庭学生{n}人", 200, 480, whole_county=True),
    Subject("PT030101", "实用性村庄规划编制", "县自然资源局", 60, "编制实用性村庄规划{n}个", 16, 16, whole_county=True),
    Subject("PT020202", "实用技能培训", "县人社局", 30, "开展订单式培训{n}人次", 300, 800, whole_county=True),
)
FEES = (
    Subject(
        "PT070101",
        "项目管理费（中央）",
        "县乡村振兴局",
        20,
        "前期设计、评审、招标、监理、验收",
        1,
        1,
        whole_county=True,
    ),
    Subject(
        "PT070101",
        "项目管理费（省级）",
        "县乡村振兴局",
        10,
        "前期设计、评审、招标、监理、验收",
        1,
        1,
        whole_county=True,
    ),
)
