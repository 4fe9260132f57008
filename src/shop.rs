//! The item shop of an online game: the replicated state machine. [`Shop::apply`] is pure: the same operations in the
//! same order give the same accounts on every server.
//!
//! The shop itself is an account like the others, so money and goods only ever move: their totals never change. Amounts are signed
//! although no account may fall below zero: a wrong rule can bring that about, and then it is to be seen.

use crate::ordered::Map;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What the shop trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// 전설의 검.
    LegendarySword,
    /// 마법의 방패.
    MagicShield,
}

impl Item {
    /// Every item, in the order in which they are offered.
    pub const ALL: [Item; 2] = [Item::LegendarySword, Item::MagicShield];

    /// The name used in addresses, messages and word keys.
    pub const fn name(self) -> &'static str {
        match self {
            Item::LegendarySword => "legendary-sword",
            Item::MagicShield => "magic-shield",
        }
    }
}

/// What one piece of each item costs, in won. The shop buys back at the same price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Prices {
    /// Of a Legendary Sword.
    pub sword: i64,
    /// Of a Magic Shield.
    pub shield: i64,
}

impl Default for Prices {
    fn default() -> Prices {
        Prices { sword: 10_000, shield: 5_000 }
    }
}

impl Prices {
    /// What one piece of it costs.
    pub const fn of(self, item: Item) -> i64 {
        match item {
            Item::LegendarySword => self.sword,
            Item::MagicShield => self.shield,
        }
    }
}

/// Who owns money and goods: a customer, by number, or the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A customer. Customer 1 is Cheolsu, 2 is Yeonghui.
    Customer(u8),
    /// The shop itself.
    Shop,
}

impl Owner {
    /// The name used in messages: "Cheolsu", "Yeonghui", "customer-3", …, "shop".
    pub fn name(self) -> String {
        match self {
            Owner::Customer(1) => "Cheolsu".to_string(),
            Owner::Customer(2) => "Yeonghui".to_string(),
            Owner::Customer(number) => format!("customer-{number}"),
            Owner::Shop => "shop".to_string(),
        }
    }
}

/// Money and goods of one owner.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Account {
    /// Won.
    pub money: i64,
    /// How many of each item; an item that was never owned is absent.
    pub items: Map<Item, i64>,
}

impl Account {
    /// How many of `item` this account holds.
    pub fn count(&self, item: Item) -> i64 {
        self.items.get(&item).copied().unwrap_or(0)
    }
}

/// A wish of a customer, carried out or refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trade {
    /// The customer pays the shop and gets the goods.
    Buy(Goods),
    /// The customer gives the goods back and gets the money.
    Sell(Goods),
}

impl Trade {
    /// Who gives the goods, who pays for them, and what they are.
    const fn sides(self, customer: Owner) -> (Owner, Owner, Goods) {
        match self {
            Trade::Buy(goods) => (Owner::Shop, customer, goods),
            Trade::Sell(goods) => (customer, Owner::Shop, goods),
        }
    }
}

/// Some pieces of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Goods {
    /// Which item.
    pub item: Item,
    /// How many, at least one.
    pub count: u32,
}

/// What became of a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Money and goods have changed hands.
    Done,
    /// The customer has too little money; nothing changed.
    NotEnoughMoney,
    /// The shop has too few of the item; nothing changed.
    SoldOut,
    /// The customer wants to sell what they do not own; nothing changed.
    NotYours,
}

/// All accounts, and what things cost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shop {
    accounts: Map<Owner, Account>,
    prices: Prices,
}

impl Shop {
    /// The shop at the start: `money` won for each of so many customers, and `stock` of each item for the shop.
    pub fn open(customers: u8, money: u64, stock: u64) -> Shop {
        let (money, stock) = (money as i64, stock as i64);
        let mut accounts: Map<Owner, Account> = (1..=customers)
            .map(|number| (Owner::Customer(number), Account { money, ..Account::default() }))
            .collect();
        let items = Item::ALL.map(|item| (item, stock)).into();
        accounts.insert(Owner::Shop, Account { money: 0, items });
        Shop { accounts, prices: Prices::default() }
    }

    /// The same shop with other prices.
    pub fn with_prices(self, prices: Prices) -> Shop {
        Shop { prices, ..self }
    }

    /// The accounts, customers first.
    pub fn accounts(&self) -> &Map<Owner, Account> {
        &self.accounts
    }

    /// Puts these accounts in the place of those that it has.
    pub fn overwrite(&mut self, accounts: Map<Owner, Account>) {
        self.accounts.extend(accounts);
    }

    /// Whether somebody owes money, or goods that are not there.
    pub fn is_overdrawn(&self) -> bool {
        let overdrawn =
            |account: &Account| account.money < 0 || account.items.values().any(|count| *count < 0);
        self.accounts.values().any(overdrawn)
    }

    /// Carries out or refuses a trade of this customer.
    pub fn apply(&mut self, customer: Owner, trade: Trade) -> Outcome {
        let outcome = self.judge(customer, trade);
        if outcome == Outcome::Done {
            self.hand_over(customer, trade);
        }
        outcome
    }

    /// What would become of a trade of this customer, as the accounts are now.
    pub fn judge(&self, customer: Owner, trade: Trade) -> Outcome {
        let (seller, buyer, goods) = trade.sides(customer);
        let account = |owner| self.accounts.get(&owner);
        let there = account(seller).map_or(0, |account| account.count(goods.item));
        if there < i64::from(goods.count) {
            return if seller == Owner::Shop { Outcome::SoldOut } else { Outcome::NotYours };
        }
        let money = account(buyer).map_or(0, |account| account.money);
        if money < self.price(goods) { Outcome::NotEnoughMoney } else { Outcome::Done }
    }

    /// Moves goods and money without asking whether they are there: that was judged before.
    pub fn hand_over(&mut self, customer: Owner, trade: Trade) {
        let (seller, buyer, goods) = trade.sides(customer);
        let (count, price) = (i64::from(goods.count), self.price(goods));
        let from = self.account(seller);
        from.money += price;
        *from.items.get_or_default(goods.item) -= count;
        let to = self.account(buyer);
        to.money -= price;
        *to.items.get_or_default(goods.item) += count;
    }

    fn price(&self, goods: Goods) -> i64 {
        self.prices.of(goods.item) * i64::from(goods.count)
    }

    fn account(&mut self, owner: Owner) -> &mut Account {
        self.accounts.get_or_default(owner)
    }
}

impl fmt::Display for Trade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, goods) = match self {
            Trade::Buy(goods) => ("buy", goods),
            Trade::Sell(goods) => ("sell", goods),
        };
        write!(f, "{verb} {} {}", goods.count, goods.item.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stable_hash::each_field_counts;

    const CHEOLSU: Owner = Owner::Customer(1);

    fn sword(count: u32) -> Goods {
        Goods { item: Item::LegendarySword, count }
    }

    #[test]
    fn a_purchase_moves_money_and_goods() {
        let mut shop = Shop::open(2, 100_000, 100);
        assert_eq!(shop.apply(CHEOLSU, Trade::Buy(sword(2))), Outcome::Done);
        assert_eq!(shop.accounts()[&CHEOLSU].money, 80_000);
        assert_eq!(shop.accounts()[&CHEOLSU].count(Item::LegendarySword), 2);
        assert_eq!(shop.accounts()[&Owner::Shop].money, 20_000);
        assert_eq!(shop.accounts()[&Owner::Shop].count(Item::LegendarySword), 98);
    }

    #[test]
    fn a_refusal_changes_nothing() {
        let mut shop = Shop::open(1, 10_000, 1);
        for (trade, refusal) in
            [(Trade::Buy(sword(2)), Outcome::SoldOut), (Trade::Sell(sword(1)), Outcome::NotYours)]
        {
            let before = shop.clone();
            assert_eq!(shop.apply(CHEOLSU, trade), refusal);
            assert_eq!(shop.accounts()[&Owner::Shop], before.accounts()[&Owner::Shop]);
            assert_eq!(shop.accounts()[&CHEOLSU].money, 10_000);
        }
        assert_eq!(shop.apply(CHEOLSU, Trade::Buy(sword(1))), Outcome::Done);
        let shield = Goods { item: Item::MagicShield, count: 1 };
        assert_eq!(shop.apply(CHEOLSU, Trade::Buy(shield)), Outcome::NotEnoughMoney);
    }

    #[test]
    fn prices_are_those_of_the_shop() {
        let dear = Prices { shield: 10_000, ..Prices::default() };
        let shield = Trade::Buy(Goods { item: Item::MagicShield, count: 1 });
        for (prices, outcome, left) in
            [(Prices::default(), Outcome::Done, 4_999), (dear, Outcome::NotEnoughMoney, 9_999)]
        {
            let mut shop = Shop::open(1, 9_999, 1).with_prices(prices);
            assert_eq!(shop.apply(CHEOLSU, shield), outcome);
            assert_eq!(shop.accounts()[&CHEOLSU].money, left);
        }
    }

    #[test]
    fn what_was_judged_before_is_handed_over_even_below_zero() {
        let mut shop = Shop::open(1, 10_000, 1);
        let trade = Trade::Buy(sword(1));
        assert_eq!([shop.judge(CHEOLSU, trade), shop.judge(CHEOLSU, trade)], [Outcome::Done; 2]);
        shop.hand_over(CHEOLSU, trade);
        shop.hand_over(CHEOLSU, trade);
        let account =
            |owner| (shop.accounts()[&owner].money, shop.accounts()[&owner].count(Item::LegendarySword));
        assert_eq!((account(CHEOLSU), account(Owner::Shop)), ((-10_000, 2), (20_000, -1)));
    }

    #[test]
    fn money_and_goods_are_conserved() {
        let mut shop = Shop::open(2, 100_000, 5);
        for step in 0..200u32 {
            let goods = Goods { item: Item::ALL[(step % 2) as usize], count: 1 + step % 3 };
            let trade = if step % 5 < 3 { Trade::Buy(goods) } else { Trade::Sell(goods) };
            shop.apply(Owner::Customer(1 + (step % 2) as u8), trade);
            let money: i64 = shop.accounts().values().map(|account| account.money).sum();
            let swords: i64 =
                shop.accounts().values().map(|account| account.count(Item::LegendarySword)).sum();
            assert_eq!((money, swords), (200_000, 5));
        }
    }

    #[test]
    fn every_field_counts_in_the_hash() {
        each_field_counts!(Shop::open(1, 1, 1) => Shop {
            accounts: Map::new(), prices: Prices { sword: 1, ..Prices::default() },
        });
        each_field_counts!(Prices::default() => Prices { sword: 1, shield: 1 });
        each_field_counts!(Account::default() => Account { money: 1, items: [(Item::MagicShield, 1)].into() });
    }
}
