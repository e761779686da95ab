"""The commonest characters that tell Traditional from Simplified Chinese, each Traditional one with its Simplified."""

from typing import Final

# In each pair neither character is written in the other script.
_PAIRS: Final = """
請请 電电 會会 時时 話话 單单 這这 個个 沒没 號号 內内 訂订 來来 們们 為为 貨货 郵邮 無无 結结 碼码 戶户 選选 開开 帳帐 給给 線线 現现 對对 寫写 間间 頁页 處处 費费 務务 錄录 擇择 額额
運运 員员 兩两 試试 達达 換换 過过 發发 顯显 備备 編编 項项 狀状 將将 說说 態态 訊讯 計计 負负 動动 連连 應应 問问 點点 聯联 進进 數数 還还 絡络 鐘钟 責责 剛刚 斷断 認认 禮礼 轉转 資资
語语 鍵键 從从 隊队 銀银 撥拨 錯错 證证 閒闲 當当 關关 緒绪 筆笔 長长 續续 詢询 訴诉 傳传 國国 題题 預预 記记 組组 諾诺 誰谁 區区 變变 設设 驗验 鈴铃 輸输 補补 幣币 紀纪 響响 絕绝 啟启
夠够 買买 張张 業业 實实 則则 隨随 別别 購购 權权 報报 視视 滿满 損损 級级 擬拟 覽览 僅仅 決决 見见 讀读 崗岗 暫暂 樣样 尋寻 執执 較较 門门 專专 況况 營营 屬属 敗败 閉闭 頭头 裝装 誤误
統统 輪轮 冊册 緊紧 團团 標标 瀏浏 書书 論论 識识 繼继 載载 許许 償偿 樂乐 擔担 兌兑 簡简 檔档 經经 規规 謝谢 辦办 稱称 鏈链 麥麦 盤盘 風风 檢检 鎖锁 盜盗 棄弃 銷销 遞递 刪删 須须 靜静
錢钱 類类 陸陆 該该 簽签 順顺 濕湿 調调 舊旧 軟软 臨临 帶带 寶宝 鍋锅 遺遗 檻槛 貼贴 倉仓 縮缩 閱阅 議议 條条 遠远 搶抢 騙骗 隱隐 導导 職职 師师 慶庆 蹤踪 場场 養养 庫库 壓压 產产 盡尽
嗎吗 顏颜 曆历 傷伤 讓让 歡欢 約约 談谈 脅胁 節节 維维 紙纸 圍围 詐诈 質质 鈕钮 聲声 卻却 繳缴 親亲 納纳 紋纹 鑑鉴 畢毕 針针 儲储 純纯 嘗尝 側侧 寬宽 頻频 慮虑 劑剂 淺浅 詳详 熱热 飾饰
穩稳 贈赠 煙烟 總总 農农 幫帮 鑰钥 廢废 細细 頂顶 稅税 馬马 攔拦 綿绵 財财 際际 嚴严 鋪铺 東东 歸归 匯汇 燈灯 廚厨 賞赏 積积 畫画 絲丝 偽伪 減减 淨净 罵骂 陰阴 勞劳 護护 擴扩 壺壶 爐炉
詞词 灣湾 參参 學学 車车 賬账 賣卖 樓楼 飯饭 醫医 藥药 愛爱 島岛 歷历 違违 課课 飲饮 鬧闹 黃黄 齊齐 終终 罰罚 義义 興兴 覺觉 觀观 討讨 誠诚 販贩 賺赚 鏡镜 雖虽 雙双 雜杂 髮发 麗丽 億亿
"""
# The second character of these is written in Traditional texts too, with another meaning, so only the first one tells.
_ONLY_THE_FIRST: Final = """
與与 機机 種种 確确 臺台 價价 優优 遊游 離离 異异 雲云 颱台 體体 準准 範范 劃划 廠厂 製制 勝胜 願愿 驚惊 黨党 潔洁 灑洒 網网 聽听 複复 觸触 註注 豐丰 趕赶 適适 隻只 餘余 鬆松 麼么 併并
壞坏 寧宁 幾几 復复 懷怀 掛挂 採采 據据 極极 構构 氣气 癢痒 萬万 裏里 裡里 迴回 麵面 檯台 幹干 週周 佔占 並并 薦荐 櫃柜 託托 唸念
"""

TRADITIONAL: Final = {pair[0]: pair[1] for pair in f"{_PAIRS} {_ONLY_THE_FIRST}".split()}
"""Each character that only Traditional texts have, with what Simplified texts have for it."""

SIMPLIFIED: Final = {pair[1]: pair[0] for pair in reversed(_PAIRS.split())}
"""Each character that only Simplified texts have, with the commonest of what Traditional texts have for it."""
