"""The words that tell whose a name is: what is said of private persons, officers and places.

Common knowledge of the language, no names of persons: family names, the nouns and verbs that
introduce someone, ranks and offices, what stands before the name of a place or an organisation.
All in lower case.
"""

from __future__ import annotations

from importlib.resources import files


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """'đối tượng, bị can' as pairs of words."""
    pairs = [pair.split() for pair in text.split(",")]
    return frozenset((first, second) for first, second in pairs)


def _names(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(name.split()) for name in text.split(","))


# Kinh, then Tày, Nùng, Thái, Mông, Dao and others of the north, Khmer and Hoa, the highlands.
SURNAMES = _words("""nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào
    đoàn vương trịnh trương đinh lâm phùng mai tô hà tạ lương cao châu lưu thái chu tống kiều
    quách lại nghiêm la phí ninh từ ông tăng hứa cung tôn âu ung vưu tiêu giang khổng khúc kha
    khuất khương kim lạc lữ mạc mạch nhâm nhan nhữ ngụy ong phó phù quan sái sầm thân thiều
    tiết trầm trà tưởng uông văn viên cấn chử cổ cù đậu đồng đường hàn hình hồng hạ bành bạch
    biện bồ cam cát chung diệp doãn dư đái đan đổng giáp hầu hoa lều liêu liễu lộ luyện mã mẫn
    mẫu ngạc ngân nhạc ân ôn phương quản quế quyền sử tào thẩm thi thôi thịnh tiền trang vạn xa
    thạch sơn danh chau neang thòng phú trưng lục đàm bế nông triệu vi ma hoàng đèo lò quàng
    cầm lường tòng cà lô lang vi hà lự mè bạc quảng giàng vàng thào sùng lầu mùa hờ và xồng lù
    ly vừ cứ cháng hạng hảng hầu lừu mí phừ thèn tráng sằn vù vần già khang cư tẩn chảo phàn
    bàn lùng lỳ chíu tằng chìu voòng vòng phùn nình chang siu ksor kso rmah rơ rah kpă kpa nay
    rơmah rcom r'com a y điểu thị cil kon k'să ka ngọ lỳ cụt pờ phà khoàng sìn lồ thàng má
    moong xên điêu sằm mông dình chẻo cồ ya alăng zơrâm pơloong coor bríu bnướch arất hốih xo
    hvẽ klong blup""")
# Those of most Kinh people, with which a bare name of three or four words is told as one; and the
# first words of names that no place begins with.
KINH = _words("""nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào
    đoàn vương trịnh trương đinh lâm phùng mai tô hà tạ lương cao châu lưu thái chu tống kiều
    lại nghiêm tăng hứa tôn triệu nông lục đàm quách khổng khúc khuất mạc thân thiều từ doãn
    diệp dư đậu bành tào cù nguyên la lữ sầm vi lò lường quàng cầm tòng""")
UPLAND = _words("giàng thào sùng lầu xồng vừ cháng siu ksor kso rmah kpă ya ka")
# Rulers, generals and poets after whom streets and schools are named.
HISTORIC = _names("""nguyễn văn linh, trần hưng đạo, lê hồng phong, nguyễn văn cừ, lý thường
    kiệt, nguyễn thị minh khai, phan đình phùng, nguyễn tri phương, phan bội châu, phan chu
    trinh, phan châu trinh, hoàng hoa thám, nguyễn thái học, lương thế vinh, lê quý đôn, nguyễn
    bỉnh khiêm, đinh tiên hoàng, lý thái tổ, trần quang khải, trần nhật duật, ngô gia tự, hoàng
    văn thụ, nguyễn chí thanh, võ nguyên giáp, phạm văn đồng, tôn đức thắng, trần quốc toản,
    nguyễn thái bình, bùi thị xuân, nguyễn công trứ, lê thánh tông, nguyễn đình chiểu, trần
    quốc tuấn, hồ xuân hương, nguyễn trung trực, phan đăng lưu, trần quý cáp, hoàng quốc việt,
    nguyễn ái quốc, lê đại hành, mai thúc loan, lý nam đế, lê văn sỹ, lê văn tám, võ thị sáu,
    nguyễn văn trỗi, hoàng diệu thiện, nguyễn hữu thọ, trần phú cường, lê đình lý, nguyễn hữu
    cảnh, huỳnh thúc kháng, hà huy tập, lương văn can, đoàn thị điểm, cao bá quát, ngô thì
    nhậm, trương công định, nguyễn cơ thạch""")
# Written of women and men of the highlands in front of the name, with an apostrophe.
TRIBAL = ("h'", "k'", "h’", "k’", "r'", "n'", "y'")

# Nouns in front of a name that is a private person's; a name of one word will do.
_SUSPECT = """đối tượng, bị can, bị cáo, nghi phạm, nghi can, hung thủ, thủ phạm, đồng phạm,
    tội phạm, phạm nhân, đồng bọn, ông trùm, trùm ma, con nghiện, con bạc, cầm đầu, chủ mưu, kẻ
    gian, tú bà, đàn em, đàn anh, giúp sức, tiếp tay, can phạm, phạm tội, vi phạm"""
_VICTIM = "nạn nhân, bị hại, người bị, đương sự, bệnh nhân, sản phụ, con nợ, nguyên đơn, bị đơn"
_WITNESS = "nhân chứng, làm chứng, tố giác, trình báo"
_CHILD = """thiếu niên, bé trai, bé gái, cháu bé, cháu trai, cháu gái, học sinh, nam sinh, nữ
    sinh, con trai, con gái, trẻ em, em bé, con nuôi, con riêng"""
_PRIVATE = """thanh niên, tài xế, lái xe, phụ xe, chủ xe, phụ nữ, hành khách, em trai, em gái,
    anh trai, chị gái, em ruột, anh ruột, chị ruột, bạn gái, bạn trai, vợ chồng, sinh viên,
    người yêu, bạn nhậu, vợ cũ, chồng cũ, cha mẹ, bố mẹ, ông nội, bà nội, ông ngoại, bà ngoại,
    mẹ ruột, cha ruột, bố đẻ, mẹ đẻ, cha đẻ, con rể, con dâu, mẹ vợ, bố vợ, mẹ chồng, bố chồng,
    em vợ, em rể, anh rể, chị dâu, em dâu, em họ, anh họ, chị họ, thuyền viên, thuyền trưởng,
    công nhân, bảo vệ, giúp việc, chủ nợ, chủ tiệm, chủ xưởng, chủ tàu, chủ vườn, chủ quán, chủ
    nhà, chủ hụi, hàng xóm, cụ bà, cụ ông, em họ, anh em, chị em"""
STRONG_PAIRS: dict[tuple[str, str], str] = {
    pair: role
    for role, text in (
        ("suspect", _SUSPECT),
        ("victim", _VICTIM),
        ("witness", _WITNESS),
        ("child", _CHILD),
        ("private", _PRIVATE),
    )
    for pair in _pairs(text)
}
STRONG_WORDS: dict[str, str] = {
    **dict.fromkeys(_words("kẻ hắn y thị gã tên xưng"), "suspect"),
    **dict.fromkeys(_words("cháu bé em"), "child"),
    **dict.fromkeys(_words("vợ chồng mẹ bố cha má"), "private"),
}
# What a name of one word may not be behind them: 'y tá', 'thị xã', 'tên Facebook'.
LOOSE_STRONG = _words("y thị hắn")
# Of a people behind 'phụ nữ', 'thanh niên', 'học sinh' ('phụ nữ Dao'), not of a person.
PEOPLES = _words("dao mông thái tày nùng mường kinh hoa chăm khmer lào nga")
PEOPLE_OF = _words("nữ niên sinh trẻ")
# Not of a child: 'trẻ em', 'chị em', 'anh em', 'đàn em thân yêu'; not of a person: 'mang tên'.
NOT_STRONG = _pairs("""trẻ em, đàn em, mang tên, đặt tên, đổi tên, bác cháu, con cháu, ký tên""")
# Polite words: of private persons, if no office of theirs is told anywhere.
WEAK = _words("ông bà anh chị cụ cô chú dì cậu mợ thím bạn")
# What begins a sentence as a pronoun or a number, although someone may be called so.
PRONOUNS = _words("ông bà anh chị cụ cô chú bác dì cậu em cháu bé bạn con ba hai tư năm bảy thầy")
# 'Bà Rịa', 'Bà Nà', 'Ông Công ông Táo' are no persons of the news.
NEVER_AFTER_WEAK = _words("rịa nà trưng triệu đen điểm huyện công táo hoàng tô")

# Verbs and the like right in front of the name of whom they befall; want a family name.
VERBS: dict[tuple[str, str], str] = {
    pair: role
    for role, text in (
        (
            "suspect",
            """bắt giữ, quả tang, tạm giam, bắt giam, khởi tố, đối với, tạm giữ, hình sự, truy
                nã, truy tìm, tuyên phạt, xét xử, truy tố, xử phạt, trục xuất, khống chế, truy
                bắt, vây bắt, di lý, dẫn giải, triệu tập, khẩn cấp, bắt được, bắt gọn, giam
                giữ, lời khai, phạt tù, án tù, kết án, buộc tội, cáo buộc, tố cáo, nghi vấn,
                gồm có, danh tính, vô hiệu, mang về, bắt thêm, bắt tiếp, vụ án, đường dây, băng
                nhóm, ổ nhóm, nhóm của, của nhóm, cùng với, giao cho, bán cho, chuyển cho, đưa
                cho, lại cho, gọi thêm, rủ thêm, cấp dưới, mua của, phát hiện, cảnh cáo""",
        ),
        ("victim", "sát hại, giải cứu, cứu sống, cướp của, lừa của, đâm chết, thi thể, cứu được"),
        ("private", "người tên, người thân, gia đình, nhà của, chủ hộ, chở theo"),
    )
    for pair in _pairs(text)
}
VERB_WORDS: dict[str, str] = {
    **dict.fromkeys(_words("bắt phạt nhóm đâm chém rủ thuê tông gồm sai kiện chở"), "suspect"),
    **dict.fromkeys(_words("đánh cứu giết lừa"), "victim"),
}
# What the person does or suffers, right behind a name that has a family name.
DEEDS: dict[tuple[str, str], str] = {
    pair: role
    for role, text in (
        (
            "suspect",
            """khai nhận, khai rằng, khai báo, khai đã, khai được, thừa nhận, bị bắt, bị khởi,
                bị tạm, bị tuyên, bị truy, bị xử, bị công, bị tòa, bị cáo, bị phạt, về tội, về
                hành, ra đầu, đầu thú, đã đầu, bỏ trốn, bỏ chạy, gây án, cầm đầu, và đồng, cùng
                đồng, lĩnh án, lãnh án, nảy sinh, cúi đầu, cầm dao, dùng dao, rút dao, đâm
                chết, không vi, điều khiển, trốn truy, thú nhận, lái ô, lái xe, giấu ma, với
                giá, gây ra""",
        ),
        (
            "victim",
            """tử vong, đã tử, bị đâm, bị thương, bị đánh, bị nước, bị cuốn, bị đưa, chới với,
                đuối nước, mất tích, thiệt mạng, qua đời, mất liên, đi lạc""",
        ),
        ("private", "làm thuyền, đã bị"),
    )
    for pair in _pairs(text)
}

# Of a person, behind the name and perhaps a comma, dash or bracket.
SAID = _pairs("""sinh năm, sinh ngày, trú tại, trú ở, trú xã, trú phường, trú thôn, trú huyện,
    trú bản, trú buôn, trú làng, trú ấp, trú thị, trú tp, trú quận, trú tỉnh, trú thành, trú
    khu, trú số, trú tổ, ngụ tại, ngụ xã, quê quán, quê ở, quê xã, quê huyện, quê tỉnh, thường
    trú, nơi thường, nơi ở, đăng ký, quốc tịch, dân tộc, tức là, biệt danh, biệt hiệu, bí danh,
    còn gọi, hay còn, thường gọi, tên gọi, tên khác, học sinh, học lớp, sinh viên, cùng trú,
    cùng ngụ, cùng quê, cùng ở, đều trú, đều ngụ, đều ở, tạm trú, hộ khẩu, có hộ, không nghề,
    nghề nghiệp, làm nghề, con trai, con gái, giới tính, người bị, nạn nhân, bị hại, em trai,
    anh trai""")
SAID_WORDS = _words("sn hktt trú ngụ quê cccd cmnd tức vợ chồng nsn nkhktt đkhktt đktt đkhk")
ALIAS = _pairs("""biệt danh, biệt hiệu, bí danh, còn gọi, thường gọi, tên gọi, tên khác, tức
    là, tên thường, hay gọi, tên giả""")
ALIAS_WORDS = _words("tức alias")
ALIAS_LINKS = _words("là khác : gọi thường")

# Ranks, offices and the like in front of a name.
OFFICIAL_PAIRS = _pairs("""đại tá, thượng tá, trung tá, thiếu tá, đại tướng, thượng tướng,
    trung tướng, thiếu tướng, đại úy, thượng úy, trung úy, thiếu úy, đại uý, thượng uý, trung
    uý, thiếu uý, thượng sĩ, trung sĩ, hạ sĩ, thượng sỹ, trung sỹ, hạ sỹ, chiến sĩ, chiến sỹ,
    liệt sĩ, liệt sỹ, bác sĩ, bác sỹ, thạc sĩ, thạc sỹ, tiến sĩ, tiến sỹ, dược sĩ, nghệ sĩ,
    nhạc sĩ, ca sĩ, đồng chí, thẩm phán, sát viên, tra viên, tham tán, luật sư, giáo sư, kỹ sư,
    chủ tịch, bí thư, giám đốc, tổng thống, thủ tướng, bộ trưởng, thứ trưởng, cục trưởng, vụ
    trưởng, viện trưởng, chánh án, hiệu trưởng, đội trưởng, đồn trưởng, trạm trưởng, tổ trưởng,
    đại đội, trung đội, chỉ huy, trưởng phòng, trưởng ban, trưởng thôn, trưởng bản, trưởng
    buôn, trưởng ấp, trưởng khoa, trưởng đoàn, thủ trưởng, chánh văn, già làng, nhà báo, phóng
    viên, đại biểu, đại sứ, tổng bí, người phát, tổng biên, ủy viên, uỷ viên, nhân dân, anh
    hùng, thầy giáo, cô giáo, nhà giáo, nhà văn, nhà thơ, giám thị, chấp hành, thư ký, cán bộ,
    hội thẩm, trinh sát, nữ hoàng, linh mục, định viên, chủ tọa, chứng viên, giáo viên, luyện
    viên, diễn viên, chủ nhiệm, cầu thủ, hoa hậu, đạo diễn, danh tướng, đội phó, tổ phó, quản
    giáo, chuyên gia, đại diện, lãnh đạo, hòa thượng, thượng tọa, đại đức, mục sư, chính ủy,
    chính trị, tư lệnh, tham mưu""")
# One word that begins an office: 'Trưởng Công an xã', 'Phó Trưởng phòng', 'TS Nguyễn ...'.
OFFICIAL_WORDS = _words("trưởng phó đ/c đc ts pgs gs ths bs ls lm đbqh thầy")
# Heads of no office: 'thuyền trưởng', 'kế toán trưởng'.
NOT_OFFICIAL = _pairs("thuyền trưởng, toán trưởng, lớp trưởng, bếp trưởng, nhóm trưởng, gia trưởng")
# Before the name of an authority's field: 'Sở Tài chính', 'Cơ quan An ninh điều tra'.
AUTHORITY = _words("sở bộ phòng cục ban viện quan đội hội vụ tổng khoa tòa ty ngành")
# What stands between an office and the name: 'Chủ tịch UBND xã', 'Bí thư Tỉnh ủy'.
OFFICE_FILL = _words("""ubnd hđnd mttq ủy uỷ ban nhân dân công an tỉnh huyện xã phường thành
    phố tp quận thị trấn đảng đoàn hội phòng sở bộ viện tòa án kiểm sát cảnh hình sự giao thông
    quốc tổ đội ban chấp hành thường trực thường vụ trung ương mặt trận phụ nữ thanh niên nông
    cựu chiến binh tham mưu chính trị điều tra an ninh chức khu nước hội đồng chuyên trách ngôn
    người phát văn biên tập quân đặc biệt ưu tú cơ quan tỉnh đội vũ trang lực lượng thôn bản
    buôn trường tiểu học trung ủy quản lý xuất nhập phụ trách kỹ thuật lao động chủ nhiệm""")
# Labels that end a name in front of them although no comma does.
LABELS = _pairs("""ảnh :, nguồn :, sinh năm, sinh ngày, trú tại, thường trú, quê quán, hiện
    trú, năm sinh, giới tính, quốc tịch, dân tộc, nghề nghiệp, đăng ký, tên gọi, nơi ở, nơi
    thường, nơi đăng""")
CREDIT = _words("ảnh tin bài clip video nguồn giả hiện ctv pv")
FORMER = _words("nguyên cựu")
# What stands further between in 'Luật sư của bị cáo, ông ...'.
OFFICE_OF = OFFICE_FILL | _words("của bị cáo can gia đình hại đơn vị nhà cho ty tnhh cổ phần")
# Offices of the private economy, which make nobody an official.
COMPANY = _words("công doanh hđqt htx chi điều cty hợp xưởng")

# In front of the name of a place, street or organisation.
PLACE = _words("""xã phường trấn huyện quận tỉnh phố tp thôn ấp bản buôn làng xóm sóc phum
    đường ngõ hẻm ngách lộ cầu chợ sông suối kênh rạch hồ núi đèo dốc bến cảng ga bay chùa đền
    đình miếu thờ viện trường thpt thcs học mầm non mẫu giáo tnhh cp dntn mtv hotel nghiệp đoàn
    hàng sạn quán tiệm trọ nghỉ karaoke viên máy trại tại quê ngụ trú ở gốc tịch tộc biển đảo
    vịnh đồi khu cư tòa nhà chung villa resort homestay gara garage xưởng siêu thị trung tâm
    báo đài giải cúp quỹ khẩu hầm chuyên ty tập cụm hãng hiệu trạm đồn lữ nước miền vùng người
    tiếng ca khúc phim bar pub club spa salon massage cafe phê lạc thông trang website app
    tphcm thị lăng đài bổng hạt km cửa tên tổ ban group fanpage tuyến xoay giao trục vực tư ba""")
# Of those, words that mean a place only in one of these pairs, and else may stand before a person.
PLACE_PAIRS: dict[str, frozenset[str]] = {
    "tư": _words("ngã"),
    "ba": _words("ngã"),
    "giao": _words("nút"),
    "vực": _words("khu"),
    "viện": _words("bệnh học tu nhạc thư thẩm kiểm"),
    "học": _words("tiểu đại trung mầm trường"),
    "đoàn": _words("tập công lữ trung sư binh quân"),
    "hàng": _words("nhà ngân cửa bán"),
    "thị": _words("đô siêu"),
    "xưởng": _words("nhà phân công"),
    "nghiệp": _words("doanh xí công lâm nông"),
    "viên": _words("công hoa"),
    "nhà": _words("tòa"),
    "trang": _words("nghĩa"),
    "hiệu": _words("nhãn thương biển"),
    "trọ": _words("nhà khu dãy phòng"),
    "tên": _words("mang đặt đổi"),
    "quán": _words("nguyên quê lãnh sứ"),
    "cư": _words("chung dân"),
    "thông": _words("giao"),
    "phê": _words("cà"),
    "đình": _words("mễ"),
    "ban": _words("tòa"),
    "giải": _words("đoạt"),
    "mẫu": _words("lâu"),
    "tổ": _words("khu"),
    "cp": _words("ty"),
    "đảo": _words("hòn quần bán huyện"),
}
# A word in front that makes a short name a place's: 'tại Vinh', 'sông Lam'.
SHORT_PLACE = _words(
    "tại ở xã phường huyện tỉnh quận phố tp sông suối đường đèo núi cầu chợ bản buôn"
)
TOWARDS = _words("đến vào ra sang tới về đi")

# Where no name of a person is meant although it begins with a family name.
COUNTRY = _names("""việt nam, hà nội, hồ chí minh, hà tĩnh, hà giang, hà nam, hà tây, lâm đồng,
    đồng nai, đồng tháp, cao bằng, thái bình, thái nguyên, ninh bình, ninh thuận, an giang,
    kiên giang, bình dương, bình định, bình phước, bình thuận, bạc liêu, cà mau, cần thơ, đà
    nẵng, hải phòng, hải dương, hưng yên, khánh hòa, kon tum, đắk lắk, đắk nông, đăk lăk, đăk
    nông, gia lai, lai châu, lào cai, lạng sơn, long an, nam định, nghệ an, phú thọ, phú yên,
    quảng bình, quảng nam, quảng ngãi, quảng ninh, quảng trị, sóc trăng, sơn la, tây ninh,
    thanh hóa, thừa thiên huế, tiền giang, trà vinh, tuyên quang, vĩnh long, vĩnh phúc, yên
    bái, bắc giang, bắc kạn, bắc ninh, bến tre, điện biên, hòa bình, hậu giang, vũng tàu, bà
    rịa, sài gòn, hội an, nha trang, đà lạt, buôn ma thuột, tây nguyên, trung quốc, thái lan,
    hàn quốc, nhật bản, đài loan, hồng kông, hoa kỳ, cam pu chia, lào, mỹ, triều tiên, ấn độ,
    tây ban nha, bác hồ, tết nguyên đán, kim đồng, quốc hội""")
# Words that begin the name of an organisation or thing, never of a person.
ORGANISATION = _words("""ủy uỷ cơ viện tòa toà bệnh ubnd hđnd bộ sở phòng đội ban đảng hội cục
    trạm trại đồn nhà đài facebook zalo telegram tiktok youtube google honda yamaha toyota
    iphone samsung internet covid tỉnh huyện luật nghị tổ khu chủ giám bí tết noel đắk đăk
    krông cư ea ia viber messenger instagram whatsapp grab fulro chi cảnh báo""")
# The same, where the first word alone might be a person's.
ORG_PAIRS = _pairs("""an ninh, phó giám, phó chủ, phó trưởng, phó bí, phó tổng, phó phòng, công
    an, công ty, công đoàn, công tác, công văn, công nhân, công trình, cao đẳng, thành phố,
    trung ương, trung tâm, đoàn thanh, hội đồng, quân khu, quân đội, hải quan, tòa án, đại học,
    hà nội, kim đồng, công chức, viện kiểm, hồ sơ, mặt trận, thanh tra, thanh niên, kiểm sát,
    kiểm lâm, biên phòng, bảo tàng, bảo hiểm, văn phòng, thông tấn, trường tiểu, trường trung,
    trường học, trường mầm, trường mẫu, trường đại, trường cao, trường thcs, trường thpt, việt
    nam, quốc lộ, quốc hội, trường phổ, thị trấn, thị xã, đoàn công, đoàn kiểm, hải quân, nam
    bộ, bắc bộ""")

# Words that begin a sentence with a capital and are no part of the name behind them.
STARTERS = _words("""ông bà anh chị cụ cô chú bác dì cậu em cháu bé bạn theo khi sau trước
    trong ngoài riêng còn do với cùng và thấy biết bắt khởi nghi vì tại từ đến nhờ để nếu dù
    tuy song nhưng mà thì là lúc hiện vợ chồng con cha mẹ bố thầy gặp cho của tên hắn gã y kẻ
    nhóm truy xét tuyên vụ tử đó các những một hai ba người được bị đã đang không có như bởi
    rồi ngay chính chỉ nghe tạm danh trừ gồm giúp phát tìm đưa thấy lợi nhận kể qua trên dưới
    giữa gần cả mọi mỗi tới bên thuê rủ nhà cảm gia giải thi thương đám đâm giết cứu ngoại tức
    đối""")
# What ends a name that is written in capitals with more behind it.
CAPITAL_STOPS = _words("""về để vì bị đã cùng và trong tại sau trước khi do với là có không lừa
    trộm cắp cướp giết đâm mua bán tàng trữ vận chuyển tổ chức gây bỏ ra sa đầu trốn chiếm đoạt
    nhận đánh lĩnh lãnh từ ở bằng cho được đang khai tử tội hành trên dùng làm sử lái cầm hiếp
    hủy chống xâm đòi cho""")


def _compounds() -> dict[str, frozenset[str]]:
    text = (files("newsarchive.masking") / "compounds.txt").read_text(encoding="utf-8")
    lines = (line.partition(":") for line in text.splitlines() if not line.startswith("#"))
    return {name: _words(following) for name, _, following in lines}


# The words behind a given name at the start of a sentence that make another word of it.
COMPOUNDS = _compounds()
