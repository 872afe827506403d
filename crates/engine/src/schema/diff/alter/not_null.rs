//! `NOT NULL` as a constraint: where rows of the table come with the same run it comes after them.

use super::columns::prints_no_default;
use super::{Alteration, Item};
use crate::names::quote;
use crate::schema::column::{Column, Null};
use crate::schema::lexer::significant;
use crate::schema::statement::Risk;
use crate::schema::table::{Key, same_name};

impl Alteration<'_> {
    /// Takes `NOT NULL` for a constraint that the rows of this run satisfy: the column takes NULL until they are there.
    pub(super) fn not_null_waits(
        &mut self,
        new: &Column,
        old: &Column,
        place: Option<&String>,
    ) -> Result<bool, String> {
        let Some(identity) = self.setting.rows else { return Ok(false) };
        let no_choice =
            |k: &Key| k.kind == "PRIMARY" || k.kind == "SPATIAL" || self.s.key("PRIMARY").is_none();
        let needed = [self.s, self.t].iter().any(|clauses| {
            clauses.keys.iter().any(|k| no_choice(k) && k.columns.iter().any(|c| same_name(c, &new.name)))
        });
        if old.null == Null::No
            || new.null != Null::No
            || new.generated.is_some()
            || old.generated.is_some()
            || new.auto_increment
            || needed
            || identity.iter().any(|c| same_name(c, &new.name))
        {
            return Ok(false);
        }
        let between =
            nullable(new).ok_or_else(|| format!("column {} is written strangely", quote(&new.name)))?;
        let same = same_but_null(&between, old) && self.is_stored_alike(new, old) && place.is_none();
        if !same {
            self.column_changed(&between, old, place)?;
        }
        let name = quote(&new.name);
        self.close.push(Item::new(
            format!("MODIFY COLUMN {name} {}", new.text),
            Risk::MayFail,
            format!("column {name}: fails where it holds NULL"),
        ));
        Ok(true)
    }
}

/// The column with `NULL` in place of `NOT NULL`, and the default that the server then prints.
fn nullable(column: &Column) -> Option<Column> {
    let (data_type, attributes) = column.text.split_at(column.data_type.len());
    let silent = column.default.is_none() && !prints_no_default(&column.type_name());
    let null = if silent { " NULL DEFAULT NULL" } else { " NULL" };
    let text = format!("{} {data_type}{}", quote(&column.name), attributes.replacen(" NOT NULL", null, 1));
    Column::parse(&text, &significant(&text))
}

/// True when two columns differ at most in how they say that they take NULL.
fn same_but_null(one: &Column, two: &Column) -> bool {
    let default = |c: &Column| c.default.clone().filter(|d| d != "NULL");
    one.name == two.name
        && one.data_type == two.data_type
        && one.charset == two.charset
        && one.collation == two.collation
        && default(one) == default(two)
        && one.on_update == two.on_update
        && one.comment == two.comment
        && one.invisible == two.invisible
        && one.check == two.check
        && one.others == two.others
}
