//! The names that people use for the built-in event types. A type added by a bank has only its own name.

const NAMES: [(&str, &str, &str); 26] = [
    ("account.opened", "accounts opened", "开户"),
    ("account.closed", "accounts closed", "销户"),
    ("account.balance_reported", "reported balances", "余额报送"),
    ("ebanking.signed", "e-banking signed", "网银签约"),
    ("ebanking.activated", "e-banking activated", "网银激活"),
    ("mobile_banking.signed", "mobile banking signed", "手机银行签约"),
    ("mobile_banking.activated", "mobile banking activated", "手机银行激活"),
    ("phone_banking.signed", "phone banking signed", "电话银行签约"),
    ("sms_banking.signed", "SMS banking signed", "短信银行签约"),
    ("card.issued", "cards issued", "发卡"),
    ("card.activated", "cards activated", "卡片激活"),
    ("card.cancelled", "cards cancelled", "销卡"),
    ("wealth.sold", "wealth products sold", "理财销售"),
    ("fund.sold", "funds sold", "基金销售"),
    ("insurance.sold", "insurance sold", "保险销售"),
    ("loan.disbursed", "loans disbursed", "贷款发放"),
    ("loan.repaid", "loans repaid", "贷款归还"),
    ("loan.defaulted", "loans in default", "贷款违约"),
    ("payroll.signed", "payrolls signed", "代发工资签约"),
    ("merchant.signed", "merchants signed", "商户签约"),
    ("transaction.posted", "transactions", "交易"),
    ("fee.posted", "fees", "手续费"),
    ("referral.made", "referrals", "转介"),
    ("customer.claimed", "customers claimed", "客户认领"),
    ("visit.made", "visits", "拜访"),
    ("complaint.received", "complaints", "投诉"),
];

/// The English and the Chinese name.
pub fn name(kind: &str) -> Option<(&'static str, &'static str)> {
    NAMES.iter().find(|(name, ..)| *name == kind).map(|(_, en, zh)| (*en, *zh))
}

#[cfg(test)]
mod tests {
    use crate::catalogue::Catalogue;

    use super::NAMES;

    #[test]
    fn every_built_in_type_has_a_name_in_both_languages() {
        let mut named: Vec<&str> = NAMES.iter().map(|(kind, ..)| *kind).collect();
        named.sort_unstable();
        assert_eq!(named, Catalogue::default().names().collect::<Vec<_>>());
        for (kind, en, zh) in NAMES {
            assert!(en.is_ascii() && !zh.is_ascii(), "{kind}");
        }
    }
}
