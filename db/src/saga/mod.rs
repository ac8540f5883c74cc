//! Sagas: claiming the next steps, recording what became of them, tending those that nobody moves, and looking at them.

mod claim;
mod gateways;
mod list;
mod outcome;
mod tend;

pub use claim::{Call, Claim, ClaimRequest, HeldClaim, StepAction};
pub use gateways::{BreakerState, GatewayHealth, GatewayRegistration};
pub use list::{Saga, SagaState, SagaStep};
pub use outcome::{Recorded, StepOutcome, StepResult};
pub use tend::QueueDepth;
