//! Money and goods as each server or machine that keeps accounts has them: a row for each, a column an owner.

use std::cmp::Reverse;

use leptos::prelude::*;

use crate::frame::{Account, CROWD, Client, Frame, ServerId};
use crate::ordered::sort_by_key;
use crate::page::controls::parts::seen;
use crate::page::state::Store;
use crate::scene::{self, caption};
use crate::shop::Item;

use super::logs::EntrySign;

/// The row of a server or machine: which one, whether it is down, and its accounts, each with whether it differs from the newest state.
#[derive(Clone, PartialEq)]
struct Row {
    server: ServerId,
    down: bool,
    cells: Vec<Option<(Account, bool)>>,
}

/// How many customers of a crowd have a column.
const COLUMNS_OF_CROWD: usize = 2;

/// The owners, in the order of the columns. Of a crowd those who owe something, and those whose request was accepted last.
fn owners(frame: &Frame) -> Vec<String> {
    let mut clients: Vec<&Client> = frame.clients.iter().collect();
    if clients.len() > CROWD {
        let owes =
            |name: &str| frame.accounts.iter().any(|account| account.owner == name && account.money < 0);
        let accepted =
            |client: &Client| client.requests.first().and_then(|request| request.course.accepted_at);
        sort_by_key(&mut clients, |client| Reverse((owes(&client.name), accepted(client))));
        clients.truncate(COLUMNS_OF_CROWD);
        sort_by_key(&mut clients, |client| client.id);
    }
    let mut owners: Vec<String> = clients.into_iter().map(|client| client.name.clone()).collect();
    owners.push("shop".to_string());
    owners
}

fn rows(frame: &Frame) -> Vec<Row> {
    let newest = scene::newest(frame);
    let account = |server: ServerId, owner: &str| {
        frame.accounts.iter().find(|account| account.server == server && account.owner == owner)
    };
    let cell = |server: ServerId, owner: &str| {
        let account = account(server, owner)?;
        let same = newest.and_then(|newest| self::same(account, frame, newest)).unwrap_or(true);
        Some((account.clone(), !same))
    };
    let row = |server: ServerId| Row {
        server,
        down: scene::is_down(frame, server),
        cells: owners(frame).iter().map(|owner| cell(server, owner)).collect(),
    };
    scene::keepers(frame).into_iter().map(row).collect()
}

/// Whether the owner has the same on that server; none when that server has no such account.
fn same(account: &Account, frame: &Frame, server: ServerId) -> Option<bool> {
    let other = frame.accounts.iter().find(|other| other.server == server && other.owner == account.owner)?;
    Some((account.money, &account.items) == (other.money, &other.items))
}

/// "Accounts".
#[component]
pub fn Accounts(
    /// What the page knows.
    store: Store,
) -> impl IntoView {
    let columns = seen(store, owners);
    let rows = seen(store, rows);
    let has_cluster = seen(store, Frame::has_cluster);
    let heading = move |owner: String| {
        view! { <th scope="col">{store.words.with_value(|words| words.name(&owner))}</th> }
    };
    view! {
        <section class="panel accounts" class:of-machines=move || has_cluster.get() == Some(false)>
            <table>
                <caption>{store.text("table.accounts")}</caption>
                <thead>
                    <tr>
                        <th scope="col"><span class="unseen">{store.text("table.server")}</span></th>
                        <For each=move || columns.get().unwrap_or_default() key=Clone::clone children=heading/>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || rows.get().unwrap_or_default()
                        key=|row| (row.server, row.cells.len())
                        children=move |row| view! { <AccountRow store server=row.server columns=row.cells.len() rows/> }
                    />
                </tbody>
            </table>
        </section>
    }
}

/// The row of a server.
#[component]
fn AccountRow(
    /// What the page knows.
    store: Store,
    /// Whose row.
    server: ServerId,
    /// How many owners there are.
    columns: usize,
    /// All rows.
    rows: Memo<Option<Vec<Row>>>,
) -> impl IntoView {
    let row =
        Memo::new(move |_| rows.with(|rows| rows.as_ref()?.iter().find(|row| row.server == server).cloned()));
    let down = move || row.with(|row| row.as_ref().is_some_and(|row| row.down));
    let cells = (0..columns).map(|nth| {
        let cell = Memo::new(move |_| row.with(|row| row.as_ref()?.cells.get(nth)?.clone()));
        view! { <AccountCell store cell/> }
    });
    view! {
        <tr class:is-down=down>
            <th scope="row">{store.words.with_value(|words| caption::title(server, words))}</th>
            {cells.collect_view()}
        </tr>
    }
}

/// Money and goods of one owner on one server.
#[component]
fn AccountCell(
    /// What the page knows.
    store: Store,
    /// The account and whether it differs from the newest state; none when the server is down.
    cell: Memo<Option<(Account, bool)>>,
) -> impl IntoView {
    let money = Memo::new(move |_| cell.with(|cell| cell.as_ref().map(|(account, _)| account.money)));
    let amount = move || money.get().map_or_else(|| store.text("table.is-down"), caption::grouped);
    let in_full = move || money.get().map(|won| store.words.with_value(|words| caption::money(won, words)));
    let goods = Item::ALL.map(|item| {
        let count = Memo::new(move |_| {
            cell.with(|cell| cell.as_ref().map(|(account, _)| account.items.get(&item).copied().unwrap_or(0)))
        });
        view! { <Goods store item count/> }
    });
    view! {
        <td class:differs=move || cell.with(|cell| cell.as_ref().is_some_and(|(_, differs)| *differs))>
            <span class="money" aria-hidden=move || money.get().map(|_| "true")>{amount}</span>
            <span class="unseen">{in_full}" "</span>
            <span class="goods">{goods.collect_view()}</span>
        </td>
    }
}

/// How many of an item.
#[component]
fn Goods(
    /// What the page knows.
    store: Store,
    /// Which item.
    item: Item,
    /// How many; none when the server is down.
    count: Memo<Option<i64>>,
) -> impl IntoView {
    let name = store.text(&format!("item.{}", item.name()));
    view! {
        <span class="count" class:none=move || count.get().unwrap_or(0) == 0>
            <EntrySign name=item.name()/>
            <span class="unseen">{name}" "</span>
            {move || count.get().map(|count| count.to_string())}
        </span>
    }
}
