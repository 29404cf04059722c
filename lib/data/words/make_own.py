"""Fills the slots of own/templates.tsv with invented names and numbers: prints segmented sentences.

    python3 make_own.py own/templates.tsv > own/filled.txt

The same templates give the same sentences; the names are made of common parts at random and are nobody's.
"""
import re
import sys

SURNAMES = ("王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 "
            "苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 "
            "侯 邵 孟 龙 万 段 雷 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 欧阳 上官 司马 诸葛").split()
GIVEN = ("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 英 华 玉 兰 建 国 志 文 斌 海 波 宇 浩 晨 欣 雪 梅 红 春 "
         "生 福 德 永 忠 良 才 林 山 川 江 庆 祥 荣 贵 光 辉 峰 松 柏 青 云 龙 凤 雨 晴 思 远 子 涵 嘉 怡 俊 毅 鹏 飞 亮 新 成 立 学 "
         "友 善 仁 义 礼 信 广 元 世 景 天 一 小 长 振 兴 东 方 清 泉 树").split()
PLACES = ("团结 红光 红星 胜利 和平 幸福 光明 前进 向阳 东风 红旗 新民 永安 太平 兴隆 双河 石桥 柳树 大湾 小河 上坪 下坝 青山 白云 "
          "龙泉 凤凰 金山 银河 五星 高峰 长岭 清水 黄泥 赵家 李家 王家 张家 周家 建设 民主 解放 新华 新建 友谊 联合 丰收 繁荣 富强 "
          "东升 西岭 南坪 北沟 中心 沙坝 水井 桃园 杏花 梨树 茶店 竹林 松树 柏木 大坪 小寨 马鞍 牛栏 羊角 鱼塘 鹅掌 虎头 石门 石盘 "
          "土门 水口 河口 渡口 关口 岩口 天池 仙人 观音 土地 城关 安乐 安居 乐业 复兴 振兴 新河 古城 老街 马路 官庄 何家沟 李家湾 "
          "王家庄 张家楼 赵家坪 刘家坝 三里赵 五里墩 十里铺 黄土坡 白杨树 大石板 小石坎 落马洲 乌龙潭 青龙咀 金鸡岭 银杏坪").split()
SYLLABLES = "安宁平武昌明阳清远丰泰宜临江河山川龙云石泉水林田兴隆溪源潭湖洲岭岩坪坝沙白青金永长新古南北东西".strip()


class Dice:
    """A generator that is the same everywhere."""

    def __init__(self, seed):
        self.state = seed

    def roll(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def pick(self, items):
        return items[self.roll(len(items))]


def hanzi(n):
    digits = "零一二三四五六七八九"
    if n < 10:
        return digits[n]
    tens, ones = divmod(n, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def place(d, tail):
    name = d.pick(PLACES) if d.roll(3) else d.pick(SYLLABLES) + d.pick(SYLLABLES)
    return name + tail


def scaled(d):
    form = d.roll(8)
    whole = 1 + d.roll(99)
    return ([f"{whole}万", f"{whole}万余", f"{whole}.{1 + d.roll(9)}万", f"{1 + d.roll(9)},{100 + d.roll(900)}",
             f"{whole}0余", f"{hanzi(whole)}万", f"{hanzi(whole)}万多", f"{1 + d.roll(9)},{100 + d.roll(900)}万"][form])


def small(d):
    form = d.roll(5)
    n = 2 + d.roll(97)
    return [str(n), str(n), hanzi(n) if n != 2 else "两", f"{n}余", f"{hanzi(n // 10 * 10)}余" if n >= 10 else str(n)][form]


SLOTS = {
    "村": lambda d: place(d, "村"),
    "镇": lambda d: place(d, d.pick(["镇", "镇", "乡", "街道"])),
    "县": lambda d: d.pick(SYLLABLES) + d.pick(SYLLABLES) + d.pick(["县", "县", "区", "市"]),
    "人": lambda d: d.pick(SURNAMES) + d.pick(GIVEN) + (d.pick(GIVEN) if d.roll(3) else ""),
    "姓": lambda d: d.pick(SURNAMES[:90]),
    "数": scaled,
    "小": small,
    "比": lambda d: f"{1 + d.roll(99)}%" if d.roll(2) else f"{1 + d.roll(99)}.{1 + d.roll(9)}%",
    "年": lambda d: f"{2015 + d.roll(11)}年",
    "月": lambda d: f"{1 + d.roll(12)}月",
    "日": lambda d: f"{1 + d.roll(28)}日",
}


def main(path, copies=6):
    dice = Dice(20)
    with open(path, encoding="utf-8") as lines:
        templates = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for _ in range(copies):
        for line in templates:
            print(re.sub(r"\{(.)\}", lambda m: SLOTS[m.group(1)](dice), line))


if __name__ == "__main__":
    main(sys.argv[1])
