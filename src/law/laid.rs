//! A project's entry laid over a given one: what it says wins, what it is silent on stays.

use crate::declare::{
    ArticleDecl, BasisDecl, CategoryDecl, ChildConsentDecl, ConditionDecl, CountryDecl, Date, EeaDecl, GateDecl, GateKind, HandlingLevel,
    KindDecl, MechanismDecl, NationalIdDecl, SignatureDecl, Text, TransformDecl, VendorDecl, Word,
};
use crate::source::{Entries, Many, Maybe, Short, Spanned};

/// Laying one declaration over another.
pub trait Laid {
    /// `self` where it speaks, else `below`.
    fn over(self, below: Self) -> Self;
}

impl<T: Laid> Laid for Maybe<T> {
    fn over(self, below: Self) -> Self {
        match (self.into_option(), below.into_option()) {
            (Some(own), Some(below)) => own.over(below).into(),
            (own, below) => own.or(below).into(),
        }
    }
}

macro_rules! replaces {
    ($($type:ty),*) => {$(
        impl Laid for $type {
            fn over(self, _: Self) -> Self {
                self
            }
        }
    )*};
}

replaces!(Word, Spanned<bool>, Spanned<Date>, Spanned<HandlingLevel>, Spanned<GateKind>, Short<EeaDecl>, NationalIdDecl, ChildConsentDecl);

impl<T> Laid for Many<T> {
    fn over(self, below: Self) -> Self {
        if self.0.is_empty() { below } else { self }
    }
}

impl<T> Laid for Entries<T> {
    fn over(mut self, below: Self) -> Self {
        for entry in below.0 {
            if self.get(&entry.key.value).is_none() {
                self.0.push(entry);
            }
        }
        self
    }
}

impl Laid for Spanned<Text> {
    fn over(mut self, below: Self) -> Self {
        if self.value.plain.is_none() {
            self.value.by_language = self.value.by_language.over(below.value.by_language);
        }
        self
    }
}

macro_rules! laid {
    ($($type:ident: $($field:ident)*;)*) => {$(
        impl Laid for $type {
            fn over(self, below: Self) -> Self {
                $type { $($field: self.$field.over(below.$field)),* }
            }
        }
    )*};
}

laid! {
    ArticleDecl: title says;
    BasisDecl: title article gate;
    CategoryDecl: title art9 art10 national_id personal level group dpv;
    ConditionDecl: title article gate national_law;
    CountryDecl: title eea adequacy national_id child_consent;
    GateDecl: title kind activities proof withdrawal since named list_version;
    KindDecl: adtech title asks;
    MechanismDecl: title article from until countries adequacy;
    SignatureDecl: endpoints scripts calls tags templates packages source checked;
    TransformDecl: title to undo;
    VendorDecl: name country processing kind hosts matches features source checked;
}
