"""Kinds of assets of the demo: class, form, words, usual sizes and costs, life, sector and supervising bureau."""

from __future__ import annotations

from dataclasses import dataclass

from fundsys.domain.assets import AssetClass, AssetForm

_PUB, _OPR, _HH = AssetClass.PUBLIC, AssetClass.INCOME, AssetClass.HOUSEHOLD
_FA, _BA, _EQ = AssetForm.FIXED, AssetForm.BIOLOGICAL, AssetForm.EQUITY


@dataclass(frozen=True)
class Kind:
    """One kind. name: what follows the village's name, with {n} for the quantity. each: cost of one unit in 元."""

    asset_class: AssetClass
    form: AssetForm
    kind: str
    name: str
    spec: str
    unit: str
    low: int
    high: int
    each: int
    life: int | None
    sector: str
    supervisor: str
    often: int
    tenths: bool = False


KINDS: dict[str, Kind] = {
    "pen": Kind(
        _OPR, _FA, "养殖圈舍与附属设施", "奶山羊养殖圈舍", "轻钢", "平方米", 260, 1200, 620, 10, "M12", "县畜产局", 9
    ),
    "milk": Kind(
        _OPR, _FA, "冷库与仓储物流设施", "鲜奶收储冷链站", "成套", "套", 1, 2, 320000, 12, "M12", "县畜产局", 2
    ),
    "fodder": Kind(
        _OPR, _FA, "农林牧渔产业基地", "饲草青贮设施", "混凝土", "立方米", 300, 1600, 260, 15, "M12", "县畜产局", 3
    ),
    "machine": Kind(
        _OPR, _FA, "农林牧渔产业基地", "社会化服务设备", "成套", "套", 2, 9, 38000, 10, "M12", "县畜产局", 1
    ),
    "line": Kind(
        _OPR, _FA, "生产加工厂房及设备", "农产品加工线", "成套", "套", 1, 3, 210000, 12, "M12", "县农业农村局", 2
    ),
    "shed": Kind(
        _OPR, _FA, "农林牧渔产业基地", "食用菌大棚 {n} 座", "钢架", "座", 4, 20, 42000, 15, "M12", "县农业农村局", 6
    ),
    "orchard": Kind(
        _OPR,
        _BA,
        "农林牧渔产业基地",
        "矮化苹果园 {n} 亩",
        "矮化自根砧",
        "亩",
        30,
        140,
        4200,
        15,
        "M12",
        "县果业服务中心",
        4,
    ),
    "cold": Kind(
        _OPR,
        _FA,
        "冷库与仓储物流设施",
        "果品冷藏库",
        "组合板",
        "立方米",
        100,
        460,
        1500,
        12,
        "M12",
        "县果业服务中心",
        5,
    ),
    "walnut_trees": Kind(
        _OPR, _BA, "农林牧渔产业基地", "核桃园 {n} 亩", "嫁接改良", "亩", 60, 300, 900, 15, "M12", "县林业局", 4
    ),
    "bees": Kind(
        _OPR, _BA, "农林牧渔产业基地", "中蜂标准化蜂场", "活框蜂箱", "群", 60, 260, 800, 5, "M12", "县农业农村局", 4
    ),
    "herb": Kind(
        _OPR, _FA, "生产加工厂房及设备", "中药材烘干房", "砖混", "平方米", 90, 300, 1300, 30, "M12", "县农业农村局", 3
    ),
    "tobacco": Kind(
        _OPR, _FA, "生产加工厂房及设备", "烤烟密集烤房 {n} 座", "砖混", "座", 4, 18, 33000, 15, "M12", "县烟草局", 3
    ),
    "workshop": Kind(_OPR, _FA, "帮扶车间", "帮扶车间", "砖混", "平方米", 240, 760, 1150, 30, "M12", "县乡村振兴局", 5),
    "lodge": Kind(
        _OPR,
        _FA,
        "乡村旅游与民宿设施",
        "乡村旅游接待设施",
        "砖木",
        "平方米",
        160,
        620,
        1200,
        30,
        "M12",
        "县文化和旅游局",
        2,
    ),
    "solar": Kind(_OPR, _FA, "光伏电站", "村级光伏电站", "地面", "千瓦", 50, 120, 6100, 25, "M05", "县发改局", 5),
    "equity": Kind(_OPR, _EQ, "股权", "集体入股股权", "入股协议", "份", 1, 1, 360000, None, "M12", "县农业农村局", 2),
    "road": Kind(
        _PUB, _FA, "道路桥涵", "通组路硬化 {n} 公里", "水泥", "公里", 4, 26, 430000, 15, "M01", "县交通运输局", 17, True
    ),
    "track": Kind(
        _PUB, _FA, "道路桥涵", "产业路 {n} 公里", "水泥", "公里", 5, 28, 400000, 15, "M01", "县交通运输局", 9, True
    ),
    "bridge": Kind(
        _PUB, _FA, "道路桥涵", "小桥 {n} 米", "钢筋混凝土", "米", 8, 26, 24000, 30, "M01", "县交通运输局", 3
    ),
    "water": Kind(_PUB, _FA, "供水饮水", "人饮蓄水池及管网", "PE管", "处", 1, 2, 410000, 20, "M02", "县水利局", 11),
    "canal": Kind(
        _PUB, _FA, "农田水利", "灌溉渠系 {n} 米", "混凝土衬砌", "米", 600, 3200, 170, 15, "M03", "县水利局", 5
    ),
    "well": Kind(_PUB, _FA, "农田水利", "灌溉机井 {n} 眼", "钢管", "眼", 1, 3, 120000, 15, "M03", "县水利局", 4),
    "lamp": Kind(_PUB, _FA, "公共照明", "太阳能路灯 {n} 盏", "6米杆", "盏", 20, 90, 2900, 8, "M04", "县住建局", 9),
    "broadband": Kind(_PUB, _FA, "通信网络", "村级信息点", "成套", "套", 1, 3, 46000, 5, "M06", "县工信局", 3),
    "garbage": Kind(_PUB, _FA, "环卫公厕", "生活垃圾收集点", "砖混", "处", 2, 10, 14000, 8, "M07", "县住建局", 5),
    "sewage": Kind(
        _PUB,
        _FA,
        "污水设施",
        "分布式污水处理站",
        "一体化设备",
        "座",
        1,
        2,
        460000,
        15,
        "M08",
        "市生态环境局陇县分局",
        4,
    ),
    "latrine": Kind(_PUB, _FA, "环卫公厕", "公共厕所", "砖混", "座", 1, 2, 92000, 30, "M08", "县农业农村局", 3),
    "fitness": Kind(_PUB, _FA, "文化体育设施", "健身器材", "成套", "套", 1, 2, 38000, 8, "M09", "县教体局", 3),
    "clinic": Kind(_PUB, _FA, "卫生设施", "村卫生室", "砖混", "平方米", 60, 140, 1900, 30, "M10", "县卫健局", 3),
    "elder": Kind(_PUB, _FA, "养老设施", "幸福院", "砖混", "平方米", 110, 320, 1400, 30, "M10", "县民政局", 3),
    "square": Kind(
        _PUB, _FA, "文化体育设施", "文化广场", "透水砖", "平方米", 400, 1400, 260, 15, "M11", "县文化和旅游局", 6
    ),
    "center": Kind(
        _PUB, _FA, "综合服务设施", "便民服务中心", "砖混", "平方米", 120, 360, 1500, 30, "M11", "县委组织部", 3
    ),
    "goats": Kind(_HH, _BA, "牲畜家禽", "到户奶山羊 {n} 只", "良种", "只", 10, 90, 1800, 5, "", "镇", 9),
    "saplings": Kind(_HH, _BA, "经济林果苗木", "到户果苗 {n} 亩", "矮化", "亩", 10, 80, 1500, 15, "", "镇", 6),
    "tools": Kind(_HH, _FA, "农机具", "到户农机具 {n} 台", "微耕机等", "台", 6, 40, 3200, 10, "", "镇", 4),
    "toilet": Kind(_HH, _FA, "户厕", "卫生户厕 {n} 座", "三格式", "座", 10, 80, 2200, 15, "", "镇", 5),
}
