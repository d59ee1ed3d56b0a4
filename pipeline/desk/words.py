"""The desk's words for what the store and the pipeline call by a key; translated when shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STATUS: dict[str, StrOrPromise] = {
    "draft": _("编辑中"), "review": _("审稿中"), "approved": _("已签发"), "sending": _("发送中"),
    "sent": _("已发送"),
}  # fmt: skip
STEPS: dict[str, StrOrPromise] = {"first": _("一审"), "second": _("二审"), "final": _("三审")}
ROLES: dict[str, StrOrPromise] = {
    "first": _("责任编辑"), "second": _("部门主任"), "final": _("总编"), "admin": _("管理员"),
}  # fmt: skip
BOXES: dict[str, StrOrPromise] = {
    "topics": _("已核对重大选题备案：本期没有应备案而未备案的选题"),
    "leaders": _("已核对领导同志的姓名、职务与排序"),
}
ACTIONS: dict[str, StrOrPromise] = {
    "sign": _("签发"), "send-back": _("退回"), "schedule": _("定发送时间"), "save": _("保存"),
    "retag": _("改标签"), "test-copy": _("发测试邮件"), "hold": _("搁置"), "drop": _("不用"),
    "take-back": _("取回"), "merge": _("合并"), "split": _("拆分"), "waive": _("放行提示"),
    "unwaive": _("撤回放行"), "account": _("开设账号"), "account-closed": _("停用账号"),
    "second-step-on": _("开启两步验证"), "second-step-off": _("关闭两步验证"),
    "recovery-codes": _("重新生成恢复码"), "recovery-code": _("用恢复码登录"),
    "run": _("现在采集"), "draft": _("重新编排"), "reminded": _("催签"), "write": _("写稿"),
    "came-late": _("告知后到稿件"), "merge-week": _("节假日并期"),
    "in-doubt": _("告知投递结果不明"), "restore": _("恢复备份"),
    "restore-held": _("恢复备份后暂停发送"), "restore-unsigned": _("恢复备份后暂停签发"),
    "restore-word": _("确认是否已发出"),
}  # fmt: skip
WORKS: dict[str, StrOrPromise] = {
    "run": _("采集并编排"), "draft": _("重新编排"), "collect": _("采集"),
}  # fmt: skip
STAGES: dict[str, StrOrPromise] = {
    "collect": _("采集来源"), "tag": _("打标签"), "group": _("归并重复的新闻"),
    "assemble": _("编排"), "links": _("检查链接"), "proof": _("校对"),
    "index": _("更新检索"), "tidy": _("清理到期的资料"),
}  # fmt: skip
"""The stages of a run, in their order."""
WORK_STAGES: dict[str, tuple[str, ...]] = {
    "run": tuple(STAGES),
    "draft": ("group", "assemble", "proof"),
    "collect": ("collect", "index"),
}
FETCHES: dict[str, StrOrPromise] = {
    "ok": _("正常"), "unchanged": _("没有新内容"), "failed": _("失败"), "skipped": _("跳过"),
    "muted": _("停采"),
}  # fmt: skip
"""What became of an attempt to read a source."""
FIELDS: dict[str, StrOrPromise] = {
    "title": _("标题"), "summary": _("摘要"), "why": _("为何重要"), "picture": _("图片"),
    "alt": _("图片替代文字"), "caption": _("图片说明"), "credit": _("摄影或图片来源"),
    "text": _("存用正文"),
    "source_name": _("来源"), "origin": _("原载"), "author": _("作者"), "editor": _("编辑"),
    "url": _("链接"), "districts": _("属地"), "themes": _("主题"), "also_in": _("另见"),
    "image": _("图片"), "original_title": _("原题"), "published": _("原稿日期"),
    "communities": _("提到的单位"), "events": _("活动"), "details": _("取经卡"),
}  # fmt: skip
"""An item's fields."""
EVIDENCE: dict[str, StrOrPromise] = {
    "district": _("属地"), "theme": _("主题"), "community": _("单位"), "event": _("活动"),
    "venue": _("活动地点"),
}  # fmt: skip
