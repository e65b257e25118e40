//! The fitted weights: whole, measured, and under the bar; what is settled is surer than what is not.

use answerbank::domain::bank::READY_BAR;
use answerbank::domain::confidence::{FEATURES, Model, NO_FEATURES, View};

const VIEWS: [View; 4] = [View::Words, View::Table, View::Mixed, View::Model];

#[test]
fn every_view_was_fitted_and_measured_under_the_default_bar() {
    for view in VIEWS {
        let measured = Model::of(view).measured();
        assert!(measured.given >= 600, "{view:?}: {measured:?}");
        assert!(measured.bound <= READY_BAR, "{view:?}: {measured:?}");
        assert!(f64::from(measured.wrong) <= f64::from(measured.given) * f64::from(measured.bound), "{view:?}: {measured:?}");
    }
}

#[test]
fn a_settled_match_is_surer_than_any_other_and_a_guard_lowers_the_confidence() {
    for view in VIEWS {
        let model = Model::of(view);
        let mut features = NO_FEATURES;
        for (place, name) in FEATURES.iter().enumerate() {
            features[place] =
                if ["search", "asked_covered", "wording_covered", "letters", "covered", "meaning", "whole", "same_facet", "lead"]
                    .contains(name)
                {
                    0.9
                } else {
                    0.0
                };
        }
        features[FEATURES.iter().position(|name| *name == "relevance").unwrap()] = 10.0;
        let (settled, open) = (model.confidence(&features, true), model.confidence(&features, false));
        assert!(settled > open && settled < 1.0, "{view:?}: {settled} {open}");
        let quantity = FEATURES.iter().position(|name| *name == "quantity").unwrap();
        features[quantity] = 1.0;
        assert!(model.confidence(&features, false) < open, "{view:?}");
        assert!(model.explain(&features).iter().any(|(name, part)| *name == "quantity" && *part < 0.0), "{view:?}");
        assert!(model.place(&features) > model.place(&NO_FEATURES), "{view:?}");
    }
}
